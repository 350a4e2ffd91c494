import type { EpochSeconds, NamedBy } from './terms.ts';

/**
 * By the number of a chunk: whose naming each of its cards was, undefined for those that are not `already_named`. A
 * chunk stands here whole, or not at all.
 */
export type Namings = ReadonlyMap<number, readonly (NamedBy | undefined)[]>;

/** Of one edition of a file's report. */
export type NamingsOf = {
  readonly requestId: string;
  readonly edition: number;
  /** That of its request. */
  readonly expiresAt: EpochSeconds;
};
