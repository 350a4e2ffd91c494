import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { GuardedProcesses } from '../process/guarded-processes.ts';
import type { FunctionSpec } from '../template/stack.ts';
import { createAsyncInvocations } from './async-invocations.ts';
import { type AwsEndpoints, environmentOf } from './environment.ts';
import { createFunctionLog, type FunctionLog } from './function-log.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import type { Invocation } from './invocation.ts';
import { startSandbox } from './sandbox.ts';

/** All functions of the stack: what every door that invokes one goes through. */
export type Functions = {
  /** By name, ARN (with or without a qualifier), or local name. */
  readonly find: (name: string) => FunctionPool | undefined;
  readonly invocationOf: (event: string) => Invocation;
  /** Nobody waits; tried again as the function's settings say. */
  readonly invokeLater: (pool: FunctionPool, invocation: Invocation) => void;
  readonly logOf: (pool: FunctionPool) => FunctionLog;
  readonly close: () => Promise<void>;
};

export type FunctionsDeps = {
  readonly specs: readonly FunctionSpec[];
  readonly region: string;
  readonly endpoints: AwsEndpoints;
  readonly processes: GuardedProcesses;
  /** Absent: logs are kept in memory only. */
  readonly logDirectory?: string | undefined;
  readonly now: () => number;
};

export function createFunctions({ specs, region, endpoints, processes, logDirectory, now }: FunctionsDeps): Functions {
  const later = createAsyncInvocations(now);
  const logs = new Map<FunctionSpec, FunctionLog>();
  const pools = specs.map((spec) => {
    const log = createFunctionLog(logDirectory && join(logDirectory, `${spec.localName}.log`));
    logs.set(spec, log);
    const environment = (runtimeApi: string) => environmentOf(spec, { region, endpoints, runtimeApi });
    return createFunctionPool(spec, () => startSandbox({ spec, environment, processes, log, now }));
  });
  return {
    find: (name) => {
      const plain = name.replace(/^arn:aws:lambda:[^:]+:\d+:function:/, '').replace(/:.*$/, '');
      return pools.find(({ spec }) => spec.name === plain || spec.localName === plain);
    },
    invocationOf: (event) => ({
      requestId: randomUUID(),
      event,
      traceId: `Root=1-${Math.floor(now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`,
    }),
    invokeLater: later.accept,
    logOf: ({ spec }) => logs.get(spec) ?? createFunctionLog(undefined),
    close: async () => {
      later.close();
      await Promise.all(pools.map((pool) => pool.close()));
      await Promise.all([...logs.values()].map((log) => log.close()));
    },
  };
}
