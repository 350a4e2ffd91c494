import type { FinishDeps } from './finish.ts';
import type { Retention } from './retention.ts';
import type { Instant } from './terms.ts';
import type { Bells, CheckUpload } from './upload.ts';

// What the parts of reading a file share: who reads, how often it notes that it lives, and when it makes an end.

export type ReaderDeps = FinishDeps & {
  readonly checkUpload: CheckUpload;
  /** Asked when a file is received, and only then. */
  readonly retention: Retention;
  readonly bells: Pick<Bells, 'ringChunks' | 'ringReport'>;
};

/**
 * `opened`: every card is in the ledger. `settled`: that too, and nothing is open: a dry run, or a file without a card.
 * `refused`: it cannot be read. `put_off`: it falls due again by itself. `stands`: others did it.
 */
export type ReceivingEnd = 'opened' | 'settled' | 'refused' | 'put_off' | 'stands';

/** A reader notes how far it is about this often. */
export const noteEveryMs = 2_000;
/** If nothing is noted for so long, the reader has vanished, and the reconciler rings for another. */
export const readerPauseMs = 180_000;
/** Once a file is open, its last chunk settles it: the reconciler looks after it in case that one's worker vanished. */
export const requestPauseMs = 60_000;
/** What is begun near the deadline, a group of chunks with its bells at most, must end before it. */
const roomMs = 10_000;

export const timeIsUp = (now: Instant, deadline: Instant): boolean => deadline - now < roomMs;
