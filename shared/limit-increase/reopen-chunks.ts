import { tryToRing } from './bell.ts';
import { entriesOfReopening } from './card-entries.ts';
import { subtractCounts } from './counts.ts';
import type { Notify } from './notice.ts';
import type { Clock, Ledger } from './ports.ts';
import type { RedriveLedger } from './redrive-ledger.ts';
import { reopened } from './reopened.ts';
import type { ChunkRef, Instant, LimitIncreaseRequest, Redriving } from './terms.ts';
import type { Bells } from './upload.ts';

export type ReopenDeps = {
  readonly ledger: RedriveLedger & Pick<Ledger, 'readChunk' | 'writeCards'>;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Undefined for whoever takes due chunks itself. */
  readonly bells: Pick<Bells, 'ringChunks'> | undefined;
};

type Redriven = Pick<LimitIncreaseRequest, 'requestId' | 'chunksTotal' | 'redriving'>;

const chunksAtOnce = 16;
/** Once every chunk was gone through, the last one that settles settles the request: the reconciler looks in case its worker vanished. */
const requestPauseMs = 60_000;

/**
 * Goes on with the redrive that is under way, chunk by chunk from where it was noted to be, until the deadline; what is
 * left then is due at once. Each chunk is reopened in one write that is taken once, so several may be at it, and it may
 * be begun again. Answers whether every chunk was gone through.
 */
export function createReopenChunks({ ledger, clock, notify, bells }: ReopenDeps) {
  return async ({ requestId, chunksTotal, redriving }: Redriven, deadline: Instant): Promise<boolean> => {
    if (redriving === undefined) return true;
    const { number } = redriving;
    for (let done = redriving.chunksDone; done < chunksTotal; done += chunksAtOnce) {
      if (clock() >= deadline) {
        await ledger.noteRedriving(requestId, { number, chunksDone: done }, clock());
        return false;
      }
      const count = Math.min(chunksAtOnce, chunksTotal - done);
      const refs = Array.from({ length: count }, (_, index) => ({ requestId, chunkNumber: done + index + 1 }));
      await ring(requestId, await reopenSome(refs, redriving));
    }
    await ledger.endRedrive(requestId, number, clock() + requestPauseMs);
    return true;
  };

  /** Answers those that are open now because of it. */
  async function reopenSome(refs: readonly ChunkRef[], redriving: Redriving): Promise<ChunkRef[]> {
    const ends = await Promise.allSettled(refs.map((ref) => reopenOne(ref, redriving)));
    return ends.flatMap((end, index) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value ? (refs[index] ?? []) : [];
    });
  }

  async function reopenOne(ref: ChunkRef, redriving: Redriving): Promise<boolean> {
    const stored = await ledger.readChunk(ref);
    // Whoever wrote the chunks of a file side by side may have been stopped for good: then some do not stand.
    if (stored === undefined) return false;
    const { chunk, state: settled } = stored;
    // guard: redrive-continued
    const state = reopened(settled, redriving, clock());
    if (state === undefined) return false;
    // First, for a chunk is free only if it lacks no item of its cards. The chunk will know the earlier results no more.
    // guard: redrive-entries
    await ledger.writeCards(entriesOfReopening(chunk, settled, state));
    const tally = subtractCounts(state.tallied, settled.tallied);
    return (await ledger.reopenChunk({ chunk, state, tally })) === 'reopened';
  }

  // Chunks are due at once, bell or not: the reconciler takes those that nobody rang for.
  async function ring(requestId: string, refs: readonly ChunkRef[]): Promise<void> {
    if (bells === undefined || refs.length === 0) return;
    await tryToRing({ bell: 'chunks', requestId, ring: () => bells.ringChunks(refs) }, notify);
  }
}
