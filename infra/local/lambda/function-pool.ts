import type { FunctionSpec } from '../template/stack.ts';
import { failure, type Invocation, type InvocationResult } from './invocation.ts';
import type { Sandbox } from './sandbox.ts';

/** Of a function without a bound of its own: Lambda would start a thousand, a developer's machine would not bear it. */
export const processesMax = 8;

export type FunctionPool = {
  readonly spec: FunctionSpec;
  readonly invoke: (invocation: Invocation) => Promise<InvocationResult>;
  /** SIGKILL to each of its processes, at whatever it is; the next invocation starts a new one. Answers how many. */
  readonly kill: () => number;
  /** Starts nothing more, and ends what runs. */
  readonly close: () => Promise<void>;
};

/**
 * The processes of one function, started on demand. Above its reserved concurrency an invocation is throttled, as on
 * Lambda; a function without one makes it wait, since Lambda would run it.
 */
export function createFunctionPool(spec: FunctionSpec, start: () => Promise<Sandbox>): FunctionPool {
  const idle: Sandbox[] = [];
  const waiting: (() => void)[] = [];
  const all = new Set<Sandbox>();
  const starting = new Set<Promise<Sandbox>>();
  let busy = 0;
  let closed = false;

  const slot = async (): Promise<boolean> => {
    if (spec.reservedConcurrency !== undefined) {
      if (busy >= spec.reservedConcurrency) return false;
    } else if (busy >= processesMax) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      // The one that ended left its place to this one.
      return true;
    }
    busy += 1;
    return true;
  };
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  };
  const take = async (): Promise<Sandbox> => {
    for (let sandbox = idle.pop(); sandbox !== undefined; sandbox = idle.pop()) {
      if (sandbox.isAlive()) return sandbox;
      all.delete(sandbox);
    }
    const started = start().then((sandbox) => {
      all.add(sandbox);
      return sandbox;
    });
    starting.add(started);
    return started.finally(() => starting.delete(started));
  };
  const kill = (): number => {
    const alive = [...all].filter((sandbox) => sandbox.isAlive());
    for (const sandbox of alive) sandbox.kill();
    return alive.length;
  };

  return {
    spec,
    invoke: async (invocation) => {
      if (!(await slot())) return { result: 'throttled' };
      try {
        if (closed) return failure('Runtime.ExitError', 'The local cloud is being closed.');
        const sandbox = await take();
        const result = await sandbox.invoke(invocation);
        if (sandbox.isAlive()) idle.push(sandbox);
        else all.delete(sandbox);
        return result;
      } finally {
        leave();
      }
    },
    kill,
    close: async () => {
      closed = true;
      await Promise.allSettled(starting);
      kill();
    },
  };
}
