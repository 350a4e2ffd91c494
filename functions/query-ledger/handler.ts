import '../no-generated-code.ts';
import { loadQueryLedgerConfig } from '../../shared/config/environment.ts';
import { apiFunction } from '../../shared/lambda/api-function.ts';
import { createReadingDeps } from '../dependencies.ts';
import { createQueryLedger } from './query-ledger.ts';

const deps = createReadingDeps(loadQueryLedgerConfig(process.env));

export const handler = apiFunction(deps, { handle: createQueryLedger(deps) });
