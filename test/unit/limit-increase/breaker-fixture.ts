import { randomUUID } from 'node:crypto';
import {
  type CircuitBreaker,
  createCircuitBreaker,
  type EndedPlatformCall,
} from '../../../shared/limit-increase/circuit-breaker.ts';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { PlatformLedger } from '../../../shared/limit-increase/platform-state.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCorporation, aRequestId } from '../../support/builders.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { createMemoryLedger } from '../../support/memory-ledger.ts';
import { backoffMs, timeout } from './settle-world.ts';

// Circuit breakers of several processes over one ledger in memory.

export const believedMs = 5_000;
export const chunk = (chunkNumber: number) => ({ requestId: aRequestId, chunkNumber });
export const corporation = aCorporation();
export const otherCorporation = aCorporation({ bizLicenseNo: '1348672683', registrationNumber: '1101117125720' });

type Wanted = Parameters<CircuitBreaker['requestTurn']>[0];

export function openBreakers() {
  const clock = createFixedClock();
  const ledger = createMemoryLedger();
  const notices: Notice[] = [];
  const [fails, calls] = [new Set<keyof PlatformLedger>(), new Map<string, number>()];
  let meanwhile: (() => Promise<unknown>) | undefined;
  const counted =
    <Args extends unknown[], Said>(verb: keyof PlatformLedger, act: (...args: Args) => Promise<Said>) =>
    async (...args: Args): Promise<Said> => {
      calls.set(verb, (calls.get(verb) ?? 0) + 1);
      if (fails.has(verb)) throw new Error('away');
      return act(...args);
    };
  const seen: PlatformLedger = {
    readPlatformState: counted('readPlatformState', ledger.readPlatformState),
    writePlatformState: counted('writePlatformState', async (next) => {
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      return ledger.writePlatformState(next);
    }),
  };
  const rules = { backoffMs, callTimeoutMs: 10_000 };
  const process = (): CircuitBreaker =>
    createCircuitBreaker({
      ledger: seen,
      clock,
      notify: (notice) => void notices.push(notice),
      rules,
      nameWrite: randomUUID,
    });
  const breaker = process();
  const ended = (outcome: CallOutcome, over: Partial<EndedPlatformCall> = {}, of: CircuitBreaker = breaker) =>
    of.callEnded({
      ...{ chunk: chunk(1), corporation, sentAt: clock(), outcome, isFirstFailure: true, newKey: false },
      ...over,
    });

  return {
    ...{ clock, ledger, notices, fails, breaker, process, ended },
    calls: (verb: keyof PlatformLedger): number => calls.get(verb) ?? 0,
    noticesOf: (name: Notice['notice']) => notices.filter(({ notice }) => notice === name),
    /** Happens just before the next write of the platform's state. */
    meanwhile: (act: () => Promise<unknown>): void => {
      meanwhile = act;
    },
    /** Calls for so many different chunks fail, each for the first time. */
    async failing(chunks: number, from = 1, of: CircuitBreaker = breaker): Promise<void> {
      for (let n = from; n < from + chunks; n += 1) await ended(timeout, { chunk: chunk(n) }, of);
    },
    turn: (over: Partial<Wanted> = {}, of: CircuitBreaker = breaker) =>
      of.requestTurn({ chunk: chunk(1), corporation, isOrder: false, waitMs: 30_000, ...over }),
  };
}
