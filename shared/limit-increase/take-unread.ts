import assert from 'node:assert/strict';
import { untouched as untouchedState } from './chunk.ts';
import type { ChunkState } from './chunk-state.ts';
import type { JournalStep, StoredChunk } from './ports.ts';
import { hasRoom, type SettleDeps } from './settle-deps.ts';
import type { ChunkRef, Instant } from './terms.ts';
import type { UntouchedChunk } from './upload.ts';

/** The chunk with a lease until after the deadline, and its first call in flight. */
type Begin = (state: ChunkState, deadline: Instant) => ChunkState;

/**
 * Takes a chunk by the word of its bell that nobody has touched it. That is enough to begin its first call: its cards are
 * read beside that write, which is refused if the chunk is not as its bell says. Undefined: it was not taken so.
 */
export function createTakeUnread({ ledger, breaker, clock, rules }: SettleDeps, begin: Begin) {
  return async (
    ref: ChunkRef,
    { cards, expiresAt }: UntouchedChunk,
    deadline: Instant,
  ): Promise<StoredChunk | undefined> => {
    // Read anew, if need be, beside the write. A process that knows nothing of the platform yet, or that calls need a turn,
    // looks first: whose cards these are, only the chunk tells.
    const known = breaker.known();
    if (breaker.upTimeMs() === undefined || known.pace !== undefined || known.refusedCorporations.length > 0)
      return undefined;
    if (!hasRoom(rules, deadline - clock())) return undefined;
    const chunk = { ref, expiresAt, pars: { length: cards } };
    const state = begin(untouchedState(cards, clock(), clock()), deadline);
    const { updatedAt: now, inFlight } = state;
    const step = { chunk, state, now, takes: true, untouched: true, begun: inFlight };
    // Neither is left under way: a process may be frozen as soon as it has answered.
    const [reading, taking] = await Promise.allSettled([ledger.readChunk(ref), ledger.journal(step)]);
    if (taking.status === 'rejected') throw taking.reason;
    if (taking.value !== 'journalled') return undefined;
    const stored = reading.status === 'fulfilled' ? reading.value : await readAgain(step);
    // Its other item is gone: the next reader sees that, too.
    if (stored === undefined) return undefined;
    return { chunk: stored.chunk, state };
  };

  // Without its cards nothing can be sent. The call that was begun is ended as such, lest it count as one that may have
  // named them, and the chunk is free for the next bell.
  async function readAgain(step: JournalStep): Promise<StoredChunk | undefined> {
    const { chunk, begun, state } = step;
    try {
      return await ledger.readChunk(chunk.ref);
    } catch (error) {
      assert(begun !== undefined, 'a chunk is taken with its first call in flight');
      const now = clock();
      const idle = untouchedState(chunk.pars.length, now, now);
      const outcome = { name: 'not_sent', reason: 'chunk_unread' } as const;
      const ended = { correlationId: begun.correlationId, outcome, finishedAt: now, durationMs: 0 };
      const free = { ...idle, fence: state.fence };
      // If that cannot be written either, the lease ends, as if this process had ended here.
      await ledger.journal({ chunk, state: free, now, takes: false, ended }).catch(() => undefined);
      throw error;
    }
  }
}
