import { randomUUID } from 'node:crypto';
import { createReadWord } from '../../../shared/kona/listed-words.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import { type CircuitBreaker, createCircuitBreaker } from '../../../shared/limit-increase/circuit-breaker.ts';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { CallOutcome, Inquire, Ledger, Platform, PlatformCall } from '../../../shared/limit-increase/ports.ts';
import { createSettle } from '../../../shared/limit-increase/settle.ts';
import type { SettleRules } from '../../../shared/limit-increase/settle-deps.ts';
import { aCorporation, anOrder, aRequestId, pars, retention } from '../../support/builders.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { createMemoryLedger } from '../../support/memory-ledger.ts';
import { createRecordedBells } from '../../support/recorded-bells.ts';

// Workers over the ledger in memory and a platform that says what a test tells it to say, one answer after the other.

export const sessionMs = 60_000;
export const leaseGraceMs = 10_000;
export const backoffMs = [60_000, 120_000, 300_000] as const;
const rules: SettleRules = {
  ...{ backoffMs, parsPerCallMax: 100 },
  readWord: createReadWord({ successMessages: ['Success'], refusalMessages: [] }),
  ...{ giveUpAfterMs: 259_200_000, callTimeoutMs: 10_000, reserveMs: 3_000, leaseGraceMs },
};

/** What the platform says to a call; or what happens meanwhile, and then what it says. */
export type Said = CallOutcome | ((call: PlatformCall) => CallOutcome | Promise<CallOutcome>);

const said = { httpStatus: 200, code: '000_000', description: 'success', breaches: [] } as const;

export const listing: Said = ({ pars: sent }) => {
  const listed = sent.map((par) => ({ par, returnMessage: 'Success' }));
  return { kind: 'answered', ...said, listed };
};

export const timeout: CallOutcome = { kind: 'unknown', reason: 'timeout', breaches: [] };

export const keyRefused: CallOutcome = {
  ...{ kind: 'refused', httpStatus: 401, code: '001_001', breaches: [] },
  meaning: 'credentials_refused',
};

export const refusedAs = (meaning: 'already_named' | 'not_found' | 'card_refused', code: string): CallOutcome => ({
  ...{ kind: 'refused', httpStatus: 400, code, meaning, breaches: [] },
});

export const ref = { requestId: aRequestId, chunkNumber: 1 };

export function openSettleWorld() {
  const clock = createFixedClock();
  const bells = createRecordedBells();
  const notices: Notice[] = [];
  const ledger = createMemoryLedger({ clock });
  const calls: PlatformCall[] = [];
  const script: Said[] = [];
  const minted: string[] = [];
  let refreshes = 0;
  let hasNewKey = true;
  let mints = 0;

  const platform: Platform = {
    mintCorrelationId: () => {
      mints += 1;
      return minted.shift() ?? `261122101500-${mints.toString(16).padStart(7, '0')}`;
    },
    call: async (call) => {
      calls.push(call);
      const next = script.shift() ?? listing;
      clock.advance(100);
      return typeof next === 'function' ? next(call) : next;
    },
    refreshCredentials: async () => {
      refreshes += 1;
      return hasNewKey;
    },
  };

  const notify = (notice: Notice): void => void notices.push(notice);
  const breakerOver = (over: Partial<Ledger> = {}) =>
    createCircuitBreaker({ ledger: { ...ledger, ...over }, clock, notify, rules, nameWrite: randomUUID });
  const breaker = breakerOver();

  const depsOver = (over: Ledger) => ({
    ...{ ledger: over, platform, breaker, clock, notify, bells, rules },
    pause: async (ms: number): Promise<void> => void clock.advance(ms),
  });

  return {
    ...{ clock, bells, notices, ledger, calls, platform, breaker, breakerOver },
    depsOver,
    /** A worker; over another view of the ledger if the test gives one. */
    worker: (over: Partial<Ledger> = {}, otherRules: Partial<SettleRules> = {}) =>
      createSettle({ ...depsOver({ ...ledger, ...over }), rules: { ...rules, ...otherRules } }),
    workerInquiring: (inquire: Inquire) => createSettle({ ...depsOver(ledger), inquire }),
    /** A worker of another process: it knows of the platform's health what the ledger tells. */
    otherProcess: () => createSettle({ ...depsOver(ledger), breaker: breakerOver() }),
    workerWith: (other: CircuitBreaker) => createSettle({ ...depsOver(ledger), breaker: other }),
    /** What the platform says next. */
    says: (...next: readonly Said[]): void => void script.push(...next),
    unsays: (): void => void script.splice(0),
    /** The correlation IDs that are minted next. */
    mints: (...ids: readonly string[]): void => void minted.push(...ids),
    refreshes: () => refreshes,
    /** The secret holds the same keys however often it is read. */
    keysStay: (): void => {
      hasNewKey = false;
    },
    bounds: () => ({ deadline: clock() + sessionMs }),
    noticesOf: (name: Notice['notice']) => notices.filter(({ notice }) => notice === name),
    state: async () => {
      const stored = await ledger.readChunk(ref);
      if (stored === undefined) throw new Error('the chunk stands');
      return stored.state;
    },
    /** An order of so many cards that nobody has begun, its chunks due at once. */
    async order(cards: number, requestId = aRequestId, corporation = aCorporation()): Promise<void> {
      const cut = { requestId, acceptedAt: clock(), expiresAt: retention(clock()), corporation, pars: pars(cards) };
      const chunks = cutChunks({ ...cut, dueAt: clock() });
      await ledger.accept({ ...anOrder(chunks, { createdAt: clock() }), dueAt: clock() + 600_000 });
    },
    /** Takes the chunk and never comes back from its call. The lease has just ended. */
    async loseWorker(): Promise<void> {
      const never: Said = () => new Promise<never>(() => {});
      script.unshift(never);
      const before = calls.length;
      void createSettle(depsOver(ledger)).takeDue(ref, { deadline: clock() + sessionMs });
      while (calls.length === before) await new Promise((resolve) => setImmediate(resolve));
      const stored = await ledger.readChunk(ref);
      clock.advance((stored?.state.leaseUntil ?? Number.NaN) + 1 - clock());
    },
  };
}
