import type { FunctionPool } from './function-pool.ts';
import type { Invocation } from './invocation.ts';

/** Lambda waits a minute before the second try and two before the third. */
const retryDelaysMs = [60_000, 120_000];
const throttledDelayMs = 1_000;

/** Invocations that nobody waits for: those of the clock, and `Event` at the Invoke API. */
export type AsyncInvocations = {
  readonly accept: (pool: FunctionPool, invocation: Invocation) => void;
  /** No further tries. */
  readonly close: () => void;
};

/** Failed ones are tried again as often as the function's settings say, throttled ones until they are too old. */
export function createAsyncInvocations(now: () => number): AsyncInvocations {
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  async function attempt(pool: FunctionPool, invocation: Invocation, tries: number, acceptedAt: number): Promise<void> {
    const { result } = await pool.invoke(invocation);
    if (result === 'returned' || closed) return;
    const failed = result === 'failed' ? 1 : 0;
    if (tries + failed > pool.spec.retryAttempts && failed === 1) return;
    const delayMs = failed === 1 ? (retryDelaysMs[tries] ?? 120_000) : throttledDelayMs;
    if (now() + delayMs - acceptedAt > pool.spec.eventAgeMs) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(pool, invocation, tries + failed, acceptedAt);
    }, delayMs);
    timers.add(timer);
  }

  return {
    accept: (pool, invocation) => void attempt(pool, invocation, 0, now()),
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
