import '../no-generated-code.ts';
import { loadRequestLimitIncreaseConfig } from '../../shared/config/environment.ts';
import { apiFunction } from '../../shared/lambda/api-function.ts';
import { createReadNamedBy } from '../../shared/limit-increase/read-named-by.ts';
import { createRequestLimitIncrease } from '../../shared/limit-increase/request-limit-increase.ts';
import { retentionOf } from '../../shared/limit-increase/retention.ts';
import { createSettlingDeps } from '../dependencies.ts';
import { createPostLimitIncrease } from './request-limit-increase.ts';

const config = loadRequestLimitIncreaseConfig(process.env);
const deps = createSettlingDeps(config, undefined);
const { log } = deps.observability;
const requestLimitIncrease = createRequestLimitIncrease({
  ...deps,
  parallelChunks: config.parallelChunks,
  retention: retentionOf(config.retentionDays),
});
const handle = createPostLimitIncrease({ ...deps, requestLimitIncrease, readNamedBy: createReadNamedBy(deps), log });
await deps.warmUp();

export const handler = apiFunction(deps, { answerWithinMs: 25_000, handle });
