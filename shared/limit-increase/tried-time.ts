import type { ChunkState } from './chunk-state.ts';

// The time that counts towards giving a chunk up: that in which the circuit was closed, but for what passed until a refusal
// of our keys.

/** From when on it is counted; a chunk of which it is known already stays as it is. */
export const timeBegun = (state: ChunkState, upTimeMs: number | undefined): ChunkState =>
  state.tried !== undefined || upTimeMs === undefined ? state : { ...state, tried: { ms: 0, until: upTimeMs } };

/** What has passed since it was counted last. `counts`: false leaves it out. */
export function timePassed(state: ChunkState, upTimeMs: number | undefined, counts: boolean): ChunkState {
  const { tried } = state;
  if (tried === undefined || upTimeMs === undefined) return state;
  const ms = counts ? tried.ms + Math.max(0, upTimeMs - tried.until) : tried.ms;
  return { ...state, tried: { ms, until: upTimeMs } };
}
