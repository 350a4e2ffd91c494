import { createHash } from 'node:crypto';
import type { BackoffMs } from './backoff.ts';
import { healthOf } from './call-health.ts';
import type { Notify } from './notice.ts';
import { limited } from './pace.ts';
import {
  answerCounts,
  answerNoted,
  type CallSeen,
  failureNoted,
  isSameChunk,
  nothingNoted,
  type PlatformLedger,
  type PlatformState,
  type RefusalVerdict,
  reasonNoted,
  refusalNoted,
  withAnswer,
} from './platform-state.ts';
import type { CallOutcome, Clock } from './ports.ts';
import type { ChunkRef, Corporation, Instant } from './terms.ts';
import { isClear, type Turn, type TurnWanted, takeTurn } from './turns.ts';

// What one process knows of the platform, and what its own calls add to what all know together. It only bounds pressure:
// where the ledger cannot be asked, work goes on as if nothing were noted.

export type CircuitBreaker = {
  /** As last read; read anew meanwhile if that was a while ago. */
  known(): PlatformState;
  /** Not older than a few seconds. */
  current(): Promise<PlatformState>;
  /**
   * The time in which the circuit was closed, in milliseconds: of two of its readings, the difference counts. Undefined while
   * it is open, and where the ledger did not tell.
   */
  upTimeMs(): number | undefined;
  /** Asks for a turn to call; without any write where nothing is noted. */
  requestTurn(wanted: Omit<TurnWanted, 'now' | 'spacingMs' | 'corporation'> & OfCorporation): Promise<Admission>;
  /**
   * Whether a call for this corporation needs no turn, for all that this process knows. `answeredAt`: when a call for it was
   * sent that was just answered, and not noted yet.
   */
  isClear(corporation: Corporation, answeredAt?: Instant): boolean;
  /** Whether such a call may not begin now, though it has had no turn. */
  isBlocked(corporation: Corporation): Promise<boolean>;
  /** What a call of this process came to. */
  callEnded(call: EndedPlatformCall): Promise<RefusalVerdict | undefined>;
  /** When the latest call of another chunk was sent that is known to be answered. */
  othersAnsweredAt(chunk: ChunkRef): Instant | undefined;
};

type OfCorporation = { readonly corporation: Corporation };

export type Admission = { readonly at: Instant } | Extract<Turn, { until: Instant }>;

export type EndedPlatformCall = {
  readonly chunk: ChunkRef;
  readonly corporation: Corporation;
  readonly sentAt: Instant;
  readonly outcome: CallOutcome;
  /** The chunk had not failed before, since it was created or last answered. */
  readonly isFirstFailure: boolean;
  /** A refused key was replaced by a newer one. */
  readonly newKey: boolean;
};

export type CircuitBreakerDeps = {
  readonly ledger: PlatformLedger;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly rules: { readonly backoffMs: BackoffMs; readonly callTimeoutMs: number };
  /** A fresh name for each write, no two alike in all processes. */
  readonly nameWrite: () => string;
};

const believedMs = 5_000;
/** While the circuit is open. */
const startsApartMsMin = 10_000;
/** Between the end of a call that runs into its time-out and the next. */
const marginMs = 500;
const writesMax = 8;
/** A worker that lost so many races asks again after this long. */
const lostPauseMs = 1_000;

/** The least between the beginnings of two calls while the circuit is open: no two are then in flight at once. */
export const spacingMs = (callTimeoutMs: number): number => Math.max(startsApartMsMin, callTimeoutMs + marginMs);

/** Tells one corporation from another, in 16 characters. */
export const corporationIdOf = ({ bizLicenseNo, registrationNumber }: Corporation): string =>
  createHash('sha256')
    .update(JSON.stringify([bizLicenseNo, registrationNumber]))
    .digest('hex')
    .slice(0, 16);

export function createCircuitBreaker({ ledger, clock, notify, rules, nameWrite }: CircuitBreakerDeps): CircuitBreaker {
  let state = nothingNoted;
  let readAt: Instant | undefined;
  let isSure = false;
  let reading: Promise<PlatformState> | undefined;
  /** Answers to calls of this process, which nobody may have noted. */
  let ownAnswers: readonly CallSeen[] = [];

  const isFresh = (): boolean => readAt !== undefined && clock() - readAt < believedMs;

  function learn(seen: PlatformState, sure = true): PlatformState {
    state = seen;
    readAt = clock();
    isSure = sure;
    return state;
  }

  async function read(): Promise<PlatformState> {
    try {
      return learn(await ledger.readPlatformState());
    } catch (error) {
      notify({ notice: 'platform_unread', error });
      return learn(withoutOpening(state), false);
    } finally {
      reading = undefined;
    }
  }

  function readOnce(): Promise<PlatformState> {
    reading ??= read();
    return reading;
  }

  const current = async (): Promise<PlatformState> => (isFresh() ? state : readOnce());

  function known(): PlatformState {
    if (!isFresh()) void readOnce();
    return state;
  }

  function upTimeMs(): number | undefined {
    // guard: open-time
    if (!isSure || state.open !== undefined) return undefined;
    // guard: past-openings
    return clock() - state.openTotalMs;
  }

  /**
   * Changes the state that all know, again on what another wrote meanwhile. `lost`: others wrote each time. Undefined: the
   * ledger was away.
   */
  async function change<T extends { readonly state: PlatformState }>(next: (known: PlatformState) => T) {
    try {
      for (let writes = 0; writes < writesMax; writes += 1) {
        const before = writes === 0 && isFresh() && isSure ? state : learn(await ledger.readPlatformState());
        const changed = next(before);
        if (changed.state === before) return changed;
        const after = { ...changed.state, version: before.version + 1, write: nameWrite() };
        if ((await ledger.writePlatformState(after)) === 'stands') continue;
        tellChange(before, learn(after));
        return changed;
      }
      return 'lost' as const;
    } catch (error) {
      notify({ notice: 'platform_unread', error });
    }
    return undefined;
  }

  function tellChange(before: PlatformState, after: PlatformState): void {
    const [lastAnswer] = after.answers;
    const lastAnswerAt = lastAnswer?.sentAt;
    if (after.open !== undefined && after.open.reason !== before.open?.reason)
      notify({ notice: 'platform_down', reason: after.open.reason, lastAnswerAt });
    if (before.open !== undefined && after.open === undefined)
      notify({ notice: 'platform_up', downMs: clock() - before.open.openedAt });
  }

  async function requestTurn({
    corporation,
    ...wanted
  }: Parameters<CircuitBreaker['requestTurn']>[0]): Promise<Admission> {
    const id = corporationIdOf(corporation);
    if (isClear(await current(), id)) return { at: clock() };
    const want = { ...wanted, corporation: id, spacingMs: spacingMs(rules.callTimeoutMs) };
    const taken = await change((before) => {
      const turn = takeTurn(before, { ...want, now: clock() });
      return 'at' in turn ? { state: turn.state, turn: { at: turn.at } } : { state: before, turn };
    });
    if (taken === 'lost') return { until: clock() + lostPauseMs, why: 'circuit_open' };
    return taken?.turn ?? { at: clock() };
  }

  function isClearNow(corporation: Corporation, answeredAt?: Instant): boolean {
    const id = corporationIdOf(corporation);
    if (answeredAt === undefined) return isClear(state, id);
    const { open, pace } = state;
    return pace === undefined && (open === undefined || answeredAt >= open.openedAt);
  }

  async function isBlocked(corporation: Corporation): Promise<boolean> {
    const { open, refusedCorporations } = await current();
    const id = corporationIdOf(corporation);
    return open !== undefined || refusedCorporations.some((one) => one.corporation === id && one.until > clock());
  }

  async function callEnded(call: EndedPlatformCall): Promise<RefusalVerdict | undefined> {
    const { chunk, sentAt, outcome } = call;
    const keyId = outcome.kind === 'answered' || outcome.kind === 'refused' ? outcome.keyId : undefined;
    const seen: CallSeen = { chunk, corporation: corporationIdOf(call.corporation), keyId, sentAt };
    switch (healthOf(outcome)) {
      case 'answer':
        await answered(seen);
        return undefined;
      case 'failure':
        await failed(call);
        return undefined;
      case 'key_refused':
        return call.newKey ? undefined : refused(seen);
      case 'neither':
        if (outcome.kind === 'limited') await slowDown(sentAt, outcome.retryAfterMs);
        return undefined;
    }
  }

  async function answered(answer: CallSeen): Promise<void> {
    ownAnswers = withAnswer(ownAnswers, answer);
    if (!answerCounts(state, answer)) return;
    await change((before) => ({
      state: answerCounts(before, answer) ? answerNoted(before, answer, clock(), rules.backoffMs) : before,
    }));
  }

  async function failed({ chunk, isFirstFailure }: EndedPlatformCall): Promise<void> {
    if (!isFirstFailure && state.open === undefined) return;
    await change((before) => {
      const known = reasonNoted(before, 'no_answer');
      return { state: isFirstFailure ? failureNoted(known, chunk, clock()) : known };
    });
  }

  async function refused(refusal: CallSeen): Promise<RefusalVerdict> {
    const changed = await change((before) =>
      refusalNoted({ ...before, answers: latestAnswers(before) }, refusal, clock(), rules.backoffMs),
    );
    return changed === undefined || changed === 'lost' ? { own: false } : changed.verdict;
  }

  async function slowDown(sentAt: Instant, retryAfterMs: number | undefined): Promise<void> {
    await change((before) => {
      const answeredAt = latestAnswers(before)[0]?.sentAt;
      return { state: { ...before, pace: limited(before.pace, { sentAt, at: clock(), retryAfterMs, answeredAt }) } };
    });
  }

  /** Those that are noted, and this process's own. */
  const latestAnswers = ({ answers }: PlatformState): readonly CallSeen[] =>
    ownAnswers.reduceRight(withAnswer, answers);

  const othersAnsweredAt = (chunk: ChunkRef): Instant | undefined =>
    latestAnswers(state).find((answer) => !isSameChunk(answer.chunk, chunk))?.sentAt;

  return { known, current, upTimeMs, requestTurn, isClear: isClearNow, isBlocked, callEnded, othersAnsweredAt };
}

// Where the ledger is away nobody could be given a turn.
const withoutOpening = ({ open: _, ...others }: PlatformState): PlatformState => others;
