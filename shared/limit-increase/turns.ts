import { type Pace, paced } from './pace.ts';
import { isSameChunk, type PlatformState, turnOfCorporationMs } from './platform-state.ts';
import type { ChunkRef, Instant } from './terms.ts';

// Who may call KONA PLATE, and when. While nothing is noted against the platform everybody may, at once. While the circuit is
// open calls begin one by one; under a pace they begin at its intervals; of a refused corporation one call at a time is made.

export type TurnWanted = {
  readonly chunk: ChunkRef;
  readonly corporation: string;
  /** An order that a caller waits for: its turns come more often than those of other work. */
  readonly isOrder: boolean;
  /** How long it may wait for its turn. */
  readonly waitMs: number;
  readonly now: Instant;
  /** The least between two calls while the circuit is open: a call ends within it. */
  readonly spacingMs: number;
};

export type Turn =
  /** It may call then, and the state has it noted. */
  | { readonly at: Instant; readonly state: PlatformState }
  /** Not before then. `corporation`: it is refused, others may call. */
  | { readonly until: Instant; readonly why: 'circuit_open' | 'pace' | 'corporation' };

/** While the circuit is open, work that no caller waits for tries after these pauses; the last repeats. */
const pausesMs = [15_000, 30_000, 50_000];

/** Nothing is noted that could make anybody of this corporation wait. */
export const isClear = ({ open, pace, refusedCorporations }: PlatformState, corporation: string): boolean =>
  open === undefined && pace === undefined && !refusedCorporations.some((one) => one.corporation === corporation);

export function takeTurn(state: PlatformState, wanted: TurnWanted): Turn {
  const { corporation, now, waitMs, isOrder } = wanted;
  const until = refusedUntil(state, corporation);
  if (until > now) return { until, why: 'corporation' };
  const { open, pace } = state;
  const opensAt = open === undefined ? now : open.lastTurnAt + pauseMs(open.turns, wanted);
  if (opensAt > now + (isOrder ? waitMs : 0)) return { until: opensAt, why: 'circuit_open' };
  // guard: pace
  const at = Math.max(now, opensAt, pace?.nextAt ?? now);
  if (at > now + waitMs) return { until: at, why: 'pace' };
  return { at, state: { ...state, ...turnNoted(state, wanted, at) } };
}

const refusedUntil = ({ refusedCorporations }: PlatformState, corporation: string): Instant =>
  refusedCorporations.find((one) => one.corporation === corporation)?.until ?? -Infinity;

function pauseMs(turns: number, { isOrder, spacingMs }: TurnWanted): number {
  const background = pausesMs[Math.min(turns, pausesMs.length - 1)] ?? 0;
  // guard: turns-apart
  return Math.max(spacingMs, isOrder ? 0 : background);
}

function turnNoted(
  { open, pace, refusedCorporations }: PlatformState,
  { chunk, corporation }: TurnWanted,
  at: Instant,
): Pick<PlatformState, 'open' | 'pace' | 'refusedCorporations'> {
  const next: Pace | undefined = pace && paced(pace, at);
  return {
    open: open && { ...open, turns: open.turns + 1, lastTurnAt: at, lastTurn: chunk },
    pace: next,
    refusedCorporations: refusedCorporations.map((one) =>
      one.corporation === corporation ? { ...one, until: at + turnOfCorporationMs } : one,
    ),
  };
}

/** No chunk is tried twice in a row while another is due. */
export const hadLastTurn = ({ open }: PlatformState, chunk: ChunkRef): boolean =>
  open?.lastTurn !== undefined && isSameChunk(open.lastTurn, chunk);
