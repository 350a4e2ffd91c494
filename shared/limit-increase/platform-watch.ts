import { healthOf } from './call-health.ts';
import type { Notify } from './notice.ts';
import {
  type Down,
  type DownReason,
  neverDown,
  type PlatformLedger,
  type PlatformState,
  probePauseMs,
} from './platform-state.ts';
import type { CallOutcome, Clock } from './ports.ts';
import type { ChunkRef, Instant } from './terms.ts';

// What one process knows of the platform's health, and what its own calls add to that. It is only a bound on pressure:
// where the ledger cannot be asked, work goes on as if the platform were up.

export type PlatformWatch = {
  /** As last read; read anew meanwhile if that was a while ago. */
  known(): PlatformState;
  /** Not older than a few seconds. */
  current(): Promise<PlatformState>;
  /**
   * The time without all outages, in milliseconds: of two of its readings, the difference counts. Undefined while the
   * platform is down, and where the ledger did not tell how it is.
   */
  upTimeMs(): number | undefined;
  /** What a call of this process came to. `newKey`: a refused key was replaced by a newer one. */
  heard(call: HeardCall): Promise<void>;
  /** Whether this worker is the one that may probe now, and with this chunk. */
  takeProbe(chunk: ChunkRef): Promise<boolean>;
};

type HeardCall = {
  readonly chunk: ChunkRef;
  readonly sentAt: Instant;
  readonly outcome: CallOutcome;
  readonly newKey: boolean;
};

export type PlatformWatchDeps = {
  readonly ledger: PlatformLedger;
  readonly clock: Clock;
  readonly notify: Notify;
};

const believedMs = 5_000;
/** One card that makes the platform fail every time is no outage: so many different chunks must fail in a row. */
const failingChunksMin = 3;

export function createPlatformWatch({ ledger, clock, notify }: PlatformWatchDeps): PlatformWatch {
  const failing = new Set<string>();
  let state = neverDown;
  let readAt: Instant | undefined;
  let isSure = false;
  let reading: Promise<PlatformState> | undefined;

  const isFresh = (): boolean => readAt !== undefined && clock() - readAt < believedMs;

  function learn(seen: PlatformState, sure = true): PlatformState {
    // What failed before an outage, or in it, says nothing of the time after it.
    if (seen.state !== state.state || seen.since !== state.since) failing.clear();
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
      return learn(state.state === 'up' ? state : { state: 'up', downTotalMs: state.downTotalMs }, false);
    } finally {
      reading = undefined;
    }
  }

  async function current(): Promise<PlatformState> {
    if (isFresh()) return state;
    reading ??= read();
    return reading;
  }

  function known(): PlatformState {
    if (!isFresh()) void current();
    return state;
  }

  const upTimeMs = (): number | undefined => (isSure && state.state === 'up' ? clock() - state.downTotalMs : undefined);

  /** Undefined: the ledger could not be told, and nothing is concluded. */
  async function tell<T>(write: () => Promise<T>): Promise<T | undefined> {
    try {
      return await write();
    } catch (error) {
      notify({ notice: 'platform_unread', error });
      return undefined;
    }
  }

  async function declareDown(reason: DownReason): Promise<void> {
    const since = clock();
    const down = { reason, since, nextProbeAt: since + probePauseMs(0) };
    const declared = await tell(() => ledger.declareDown(down));
    if (declared === undefined) return;
    if (declared === 'stands') return void (await read());
    // Where the outages before this one could not be read, their time is not known after it either.
    learn({ state: 'down', ...down, probes: 0, downTotalMs: state.downTotalMs }, isSure);
    notify({ notice: 'platform_down', reason });
  }

  async function declareUp({ since, downTotalMs }: Down & PlatformState): Promise<void> {
    const at = clock();
    const declared = await tell(() => ledger.declareUp({ since, at }));
    if (declared === undefined) return;
    if (declared === 'stands') return void (await read());
    learn({ state: 'up', since: at, downTotalMs: downTotalMs + at - since }, isSure);
    notify({ notice: 'platform_up', downMs: at - since });
  }

  async function heard({ chunk, outcome, sentAt, newKey }: HeardCall): Promise<void> {
    switch (healthOf(outcome)) {
      case 'answered':
        failing.clear();
        // An answer to a call from before the outage says nothing of it.
        if (state.state === 'down' && sentAt >= state.since) await declareUp(state);
        return;
      case 'no_answer':
        failing.add(`${chunk.requestId}#${chunk.chunkNumber}`);
        if (state.state === 'up' && failing.size >= failingChunksMin) await declareDown('no_answer');
        return;
      case 'key_refused':
        if (state.state === 'up' && !newKey) await declareDown('credentials_refused');
        return;
      case 'neither':
        return;
    }
  }

  async function takeProbe(chunk: ChunkRef): Promise<boolean> {
    const now = clock();
    if (state.state === 'up' || now < state.nextProbeAt) return false;
    const known = state;
    const probes = known.probes + 1;
    const probe = { chunk, nextProbeAt: now + probePauseMs(probes) };
    const mine = await tell(() => ledger.takeProbe(known, probe));
    if (mine !== true) return false;
    learn({ ...known, probes, lastProbed: chunk, nextProbeAt: probe.nextProbeAt });
    return true;
  }

  return { known, current, upTimeMs, heard, takeProbe };
}
