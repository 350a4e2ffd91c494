import type { ChunkState } from './chunk-state.ts';
import { noCounts } from './counts.ts';
import { planFor } from './isolation.ts';
import type { StoredChunk } from './ports.ts';
import type { Corporation, EpochSeconds, Instant, Par } from './terms.ts';

export const parsPerChunkMax = 100;

/** What has to be known of cards to cut them into chunks. */
export type Cut = {
  readonly requestId: string;
  readonly acceptedAt: Instant;
  readonly expiresAt: EpochSeconds;
  readonly corporation: Corporation;
  readonly pars: readonly Par[];
  /** When a chunk that nobody began falls due. */
  readonly dueAt: Instant;
};

/** Chunks of one corporation, numbered from 1, each as nobody has touched it yet. */
export function cutChunks({ requestId, acceptedAt, expiresAt, corporation, pars, dueAt }: Cut): StoredChunk[] {
  const chunks: StoredChunk[] = [];
  for (let start = 0; start < pars.length; start += parsPerChunkMax) {
    const ref = { requestId, chunkNumber: chunks.length + 1 };
    const chunk = { ref, acceptedAt, expiresAt, corporation, pars: pars.slice(start, start + parsPerChunkMax) };
    chunks.push({ chunk, state: untouched(chunk.pars.length, acceptedAt, dueAt) });
  }
  return chunks;
}

/** A chunk of so many cards as nobody has touched it yet. */
export const untouched = (cards: number, updatedAt: Instant, dueAt: Instant): ChunkState => ({
  fence: 0,
  dueAt,
  stage: 'open',
  attempts: 0,
  lostCalls: [],
  plan: planFor(cards),
  refusedLists: [],
  traces: new Map(),
  results: new Map(),
  tallied: noCounts,
  updatedAt,
});
