import { loadRedriveConfig } from '../../shared/config/environment.ts';
import { apiFunction } from '../../shared/lambda/api-function.ts';
import { createRedrive } from '../../shared/limit-increase/redrive.ts';
import { createRedrivingDeps } from '../dependencies.ts';
import { createPostRedrive } from './redrive.ts';

const deps = createRedrivingDeps(loadRedriveConfig(process.env));
const handle = createPostRedrive({ ...deps, redrive: createRedrive(deps) });

export const handler = apiFunction(deps, { answerWithinMs: 20_000, handle });
