import { type Answer, createAsk } from './ask.ts';
import { healthOf, isOurs } from './call-health.ts';
import { newCardEntries } from './card-entries.ts';
import type { ChunkState } from './chunk-state.ts';
import { countResults } from './counts.ts';
import { createFinish } from './finish.ts';
import { followUp, isKeyRefused } from './follow-up.ts';
import { createGiveUp } from './give-up.ts';
import { foldOutcome } from './journal.ts';
import { type NextStep, nextStep, oneCardOf } from './next-step.ts';
import { noticesOf } from './notices.ts';
import type { Down } from './platform-state.ts';
import type { CallOutcome, StoredChunk } from './ports.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import type { Chunk, Instant } from './terms.ts';
import { createWriteStep } from './write-step.ts';

// A worker's time with a chunk that it holds: call after call, each written down before it is sent and after it ended,
// until every card is final, or the rest must wait.

/**
 * `held`: another worker has the chunk. `not_due`: its time has not come. `no_time`: too little is left to begin.
 * `platform_down`: nobody may ask now; the chunk is as it was.
 * `fenced_off`: the lease was lost on the way. `interrupted`: the ledger failed; the chunk falls due when its lease ends.
 */
export type SessionEnd =
  | 'settled'
  | 'parked'
  | 'held'
  | 'not_due'
  | 'no_time'
  | 'platform_down'
  | 'fenced_off'
  | 'interrupted';

/** `stored`: the chunk as it was last made durable, as far as this worker knows. */
export type Session = { readonly end: SessionEnd; readonly stored: StoredChunk };

/** What is known of the session from outside. */
export type SessionBounds = { readonly deadline: Instant; readonly chunksTotal?: number | undefined };

export type Begun = {
  readonly stored: StoredChunk;
  /** Up to which state the card items are written. */
  readonly told: ChunkState;
  /** No call was begun: every open card waits for its time. */
  readonly waitUntil?: Instant | undefined;
  /** The platform is down, and this is the one worker that asks how it is. */
  readonly probes?: boolean | undefined;
};

export function createSession(deps: SettleDeps) {
  const { ledger, platform, watch, clock, notify, rules } = deps;
  const ask = createAsk(deps);
  const writeStep = createWriteStep(deps);
  const finish = createFinish(deps);
  const giveUp = createGiveUp(deps);

  /** Carries a chunk that this worker holds to the end of the session; a call in flight is journalled and not yet sent. */
  async function carryOn({ stored, told, waitUntil, probes = false }: Begun, bounds: SessionBounds): Promise<Session> {
    const { chunk } = stored;
    let { state } = stored;
    let until = waitUntil;
    let keyRefreshed = false;
    try {
      while (state.inFlight !== undefined) {
        const answer = await ask({ chunk, state }, state.inFlight, { deadline: bounds.deadline, probes });
        const { outcome, ended } = answer;
        const folded = foldOutcome(state, { chunk, at: ended.finishedAt, ...answer }, rules);
        for (const notice of noticesOf(chunk, answer, state, folded)) notify(notice);
        const newKey: boolean = isKeyRefused(outcome) && !keyRefreshed && (await platform.refreshCredentials());
        keyRefreshed ||= newKey;
        // What an answer says of the platform's health is told after the answer itself is durable.
        const isAnswer = healthOf(outcome) === 'answered';
        if (!isAnswer) await hear(chunk, answer, newKey);
        const down = downNow(answer);
        const after = down === undefined ? folded : { ...folded, attempts: state.attempts };
        const planned = whatFollows(after, outcome, { newKey, down, probes, deadline: bounds.deadline });
        // What keeps us from asking is no reason to stop asking.
        const { state: tried, next } = isOurs(outcome)
          ? { state: after, next: planned }
          : giveUp(chunk, after, planned);
        until = next.step === 'wait' ? next.until : undefined;
        const step = next.step === 'wait' ? hold : isComplete(chunk, next, bounds) ? complete : next;
        const written = await writeStep({
          chunk,
          state: tried,
          next: step,
          takes: false,
          ended,
          until: bounds.deadline - rules.reserveMs,
        });
        if (isAnswer) await hear(chunk, answer, newKey);
        if (written === 'fenced_off') return await fencedOff({ chunk, state }, answer);
        state = written;
      }
      if (until !== undefined) return await park({ chunk, state }, told, until);
      return await end({ chunk, state }, bounds);
    } catch (error) {
      const work = `chunk ${chunk.ref.requestId}#${chunk.ref.chunkNumber}`;
      notify({ notice: 'work_interrupted', work, error });
      return { end: 'interrupted', stored: { chunk, state } };
    }
  }

  const hear = (chunk: Chunk, { outcome, ended }: Answer, newKey: boolean): Promise<void> =>
    watch.heard({ chunk: chunk.ref, sentAt: ended.finishedAt - ended.durationMs, outcome, newKey });

  /** The outage that stands, as far as is known; an answer to a call that was sent since then is its end. */
  function downNow({ outcome, ended }: Answer): Down | undefined {
    const known = watch.known();
    if (known.state === 'up') return undefined;
    const isEnd = healthOf(outcome) === 'answered' && ended.finishedAt - ended.durationMs >= known.since;
    return isEnd ? undefined : known;
  }

  function whatFollows(state: ChunkState, outcome: CallOutcome, { deadline, ...how }: Following): NextStep {
    const now = clock();
    const next = nextStep(state, rules.parsPerCallMax, now);
    const asked = how.probes && how.down !== undefined ? oneCardOf(next) : next;
    return followUp(
      { state, outcome, next: asked, ...how, roomLeft: hasRoom(rules, deadline - now), now },
      rules.backoffMs,
    );
  }

  async function fencedOff(stored: StoredChunk, { ended }: Answer): Promise<Session> {
    await ledger.recordLate(ended);
    notify({ notice: 'fenced_off', chunk: stored.chunk.ref, correlationId: ended.correlationId });
    return { end: 'fenced_off', stored };
  }

  // The chunk is let go only when the items of its cards are written: a chunk that is free lacks none, and one whose
  // worker vanished still has its lease.
  async function park({ chunk, state }: StoredChunk, told: ChunkState, until: Instant): Promise<Session> {
    await ledger.writeCards(newCardEntries(chunk, told, state));
    const next = { step: 'wait', until } as const;
    const free = await writeStep({ chunk, state, next, takes: false, until });
    if (free === 'fenced_off') return { end: 'fenced_off', stored: { chunk, state } };
    const open = chunk.pars.length - free.results.size;
    notify({ notice: 'chunk_parked', chunk: chunk.ref, open, dueAt: free.dueAt });
    return { end: 'parked', stored: { chunk, state: free } };
  }

  // Past the deadline the rest is the reconciler's: a settled chunk stays in the index of open work until it is done.
  async function end(stored: StoredChunk, { deadline, chunksTotal }: SessionBounds): Promise<Session> {
    const { chunk, state } = stored;
    notify({ notice: 'chunk_settled', chunk: chunk.ref, counts: countResults(state.results.values()) });
    if (state.stage === 'done') notify({ notice: 'request_settled', requestId: chunk.ref.requestId });
    return { end: 'settled', stored: clock() < deadline ? await finish(stored, chunksTotal) : stored };
  }

  return carryOn;
}

type Following = {
  readonly newKey: boolean;
  readonly down: Down | undefined;
  readonly probes: boolean;
  readonly deadline: Instant;
};

const hold = { step: 'hold' } as const;
const complete = { step: 'complete' } as const;

// Of a small order the items of the cards, the end of the chunk and that of the request are written with the outcome: one
// round trip instead of three, for one write unit more a card.
const cardsAtOnceMax = 10;

const isComplete = ({ pars }: Chunk, { step }: NextStep, { chunksTotal }: SessionBounds): boolean =>
  step === 'settled' && chunksTotal === 1 && pars.length <= cardsAtOnceMax;
