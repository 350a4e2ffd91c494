import { corporationIdOf } from './circuit-breaker.ts';
import type { PlatformState } from './platform-state.ts';
import type { Clock, DueWork, Ledger, StoredChunk } from './ports.ts';
import type { Instant } from './terms.ts';

// How old the open work is, and how much of it fails alone, while other calls are answered: the two have different causes,
// and the one must not hide the other.

export type OpenWorkAge = {
  /** Since acceptance, or the last card that became final; 0: nothing is open. */
  readonly oldestSeconds: number;
  /** Chunks that fail while other calls are answered. They do not count as old: nobody waits for them. */
  readonly failingAlone: number;
};

/** So far ahead chunks that wait for their time are counted, and so many of each kind, the longest overdue first. */
const horizonMs = 4 * 3_600_000;
const measuredMax = 40;

type MeasureDeps = {
  readonly ledger: Pick<Ledger, 'listDue' | 'readChunk'>;
  readonly clock: Clock;
};

export function createMeasureOpenWork({ ledger, clock }: MeasureDeps) {
  return async (platform: PlatformState): Promise<OpenWorkAge> => {
    const now = clock();
    const works = await ledger.listDue(now + horizonMs, measuredMax);
    const measured = await Promise.all(works.map((work) => measure(work, platform, now)));
    const ages = measured.flatMap(({ since }) => (since === undefined ? [] : (now - since) / 1_000));
    return {
      oldestSeconds: Math.floor(Math.max(0, ...ages)),
      failingAlone: measured.filter(({ failsAlone }) => failsAlone).length,
    };
  };

  async function measure(work: DueWork, platform: PlatformState, now: Instant): Promise<Measured> {
    // A request's time moves with its progress, as the reader of its file or the writer of its report goes on.
    if (work.work === 'request') return { since: Math.min(work.dueAt, now), failsAlone: false };
    // One that cannot be read is old from when it was due: it must not hide the others.
    const stored = await ledger.readChunk(work.ref).catch(() => 'unread' as const);
    if (stored === 'unread') return { since: Math.min(work.dueAt, now), failsAlone: false };
    if (stored === undefined || stored.state.stage !== 'open') return { since: undefined, failsAlone: false };
    if (failsAlone(stored, platform)) return { since: undefined, failsAlone: true };
    return { since: Math.min(lastProgressOf(stored), now), failsAlone: false };
  }
}

type Measured = { readonly since: Instant | undefined; readonly failsAlone: boolean };

/** When a card of the chunk became final last; if none has, when it was accepted, or reopened. One that nobody began waits its turn until it is due. */
function lastProgressOf({ chunk, state }: StoredChunk): Instant {
  if (state.fence === 0) return state.dueAt;
  const settledAt = [...state.results.values()].map(({ updatedAt }) => updatedAt);
  return Math.max(chunk.acceptedAt, state.reopenedAt ?? 0, ...settledAt);
}

function failsAlone({ chunk, state: { failingSince = Infinity } }: StoredChunk, platform: PlatformState): boolean {
  const id = corporationIdOf(chunk.corporation);
  const { answers, refusedCorporations } = platform;
  return (
    answers.some(({ sentAt }) => sentAt > failingSince) || refusedCorporations.some((one) => one.corporation === id)
  );
}
