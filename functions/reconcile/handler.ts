import { loadReconcileConfig } from '../../shared/config/environment.ts';
import { scheduleFunction } from '../../shared/lambda/schedule-function.ts';
import { createReconcile } from '../../shared/limit-increase/reconcile.ts';
import { createReconcilingDeps } from '../dependencies.ts';
import { createReconcileRun } from './reconcile.ts';

const config = loadReconcileConfig(process.env);
const deps = createReconcilingDeps(config);
const { log } = deps.observability;
const reconcile = createReconcile({ ...deps, concurrency: config.reconcileConcurrency });

export const handler = scheduleFunction(deps, createReconcileRun({ reconcile, log }));
