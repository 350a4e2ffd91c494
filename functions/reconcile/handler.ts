import { loadReconcileConfig } from '../../shared/config/environment.ts';
import { scheduleFunction } from '../../shared/lambda/schedule-function.ts';
import { createReconcile } from '../../shared/limit-increase/reconcile.ts';
import { createSettlingDeps } from '../dependencies.ts';
import { createReconcileRun } from './reconcile.ts';

const config = loadReconcileConfig(process.env);
const deps = createSettlingDeps(config);
const { log } = deps.observability;
const reconcile = createReconcile({ ...deps, concurrency: config.reconcileConcurrency });

export const handler = scheduleFunction(deps, createReconcileRun({ reconcile, log }));
