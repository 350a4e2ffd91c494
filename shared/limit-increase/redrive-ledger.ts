import type { ChunkState } from './chunk-state.ts';
import type { Chunk, Instant, Redrive, Redriving, SettledCounts } from './terms.ts';

// What the domain asks of the ledger when an operator has final cards asked for again.

/** Of a request that is settled: the redrive that reopens it. */
export type RedriveBeginning = {
  /** Counts the redrives of the request from 1. */
  readonly number: number;
  readonly redrive: Redrive;
  /** Those before it that the request keeps, in their order. */
  readonly earlier: readonly Redrive[];
  /** Of a file: of the report that it owes from now on. */
  readonly edition?: number | undefined;
  /** When the reconciler looks after the request. The same holds of every `dueAt` below. */
  readonly dueAt: Instant;
};

/** How far the redrive of this number came. */
export type RedriveProgress = Pick<Redriving, 'number' | 'chunksDone'>;

/** A chunk as a redrive leaves it: open, held by nobody, its fence 1 above the one under which it was read. */
export type Reopening = {
  readonly chunk: Chunk;
  readonly state: ChunkState;
  /** Added to the request's tally: the cards that are open again, as negative numbers. */
  readonly tally: SettledCounts;
};

/** Every verb may be repeated; a fault of the store is thrown. */
export type RedriveLedger = {
  /** The request is open again and redriving, in one write. `stands`: it is not settled, or another redrive came first. */
  beginRedrive(requestId: string, beginning: RedriveBeginning): Promise<'begun' | 'stands'>;
  /** Chunk and tally in one transaction. `stands`: another reopened the chunk, so nothing was written. */
  reopenChunk(reopening: Reopening): Promise<'reopened' | 'stands'>;
  /** How far the redrive came. What another noted of a later chunk, or of its end, stands. */
  noteRedriving(requestId: string, progress: RedriveProgress, dueAt: Instant): Promise<void>;
  /** Every chunk was gone through: the request is redriving no more. If another noted that, it stands. */
  endRedrive(requestId: string, number: number, dueAt: Instant): Promise<void>;
};
