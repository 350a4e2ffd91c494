import type { Chunk, ChunkRef, Corporation, EpochSeconds, Instant, Par } from './terms.ts';

// An uploaded file as the domain sees it: which object it was, how far it was read, and what is asked of the world for it.

/** Which object a file was: with this the very same bytes can be read again. */
export type UploadedObject = {
  readonly bucket: string;
  /** As a person writes it, not as events encode it. */
  readonly key: string;
  /** Of a bucket with versions. */
  readonly versionId?: string | undefined;
  /** Without a version the object is read only as long as this is its ETag. */
  readonly eTag: string;
  /** Of the event: tells two writes of the same bytes apart where there is no version. */
  readonly sequencer?: string | undefined;
};

/** Rows read = rejected + repeated + accepted cards. */
export type UploadProgress = {
  readonly rowsRead: number;
  readonly rowsRejected: number;
  readonly rowsRepeated: number;
};

/** `line` counts from 1, the header's included. */
export type UploadWarning = { readonly line: number; readonly detail: string };

/** What reading a file once told of it. */
export type UploadReading = {
  /** Of the object as it was uploaded. */
  readonly bytes: number;
  /** Of the same bytes, in hex. */
  readonly sha256: string;
  readonly format: 'csv' | 'jsonl';
  readonly compressed: boolean;
  readonly encoding: 'utf-8' | 'cp949';
  readonly separator?: ',' | ';' | '\t' | undefined;
  /** The first of them; `warningsLeftOut` more were found. */
  readonly warnings: readonly UploadWarning[];
  readonly warningsLeftOut: number;
};

/** Why a file could not be read at all: a short machine word, and a sentence for whoever uploaded it. */
export type UploadFailure = { readonly reason: string; readonly detail: string };

/** What only the request of a file has. */
export type UploadState = {
  readonly object: UploadedObject;
  /** Checked and reported, with no call and no card touched. */
  readonly dryRun: boolean;
  /** How often somebody began to read it: a file that ends every reader must not be read for ever. */
  readonly readings: number;
  readonly progress: UploadProgress;
  /** Chunks 1 to this one stand in the ledger, and their bells were rung. */
  readonly chunksWritten: number;
  /** Since when the totals are known: every row was read once. */
  readonly checkedAt?: Instant | undefined;
  readonly reading?: UploadReading | undefined;
  readonly failure?: UploadFailure | undefined;
  /** Of the report: 1, and 1 more with every redrive. */
  readonly edition: number;
  /** When the report of this edition was written; absent: it is still to be. */
  readonly reportedAt?: Instant | undefined;
};

/** A chunk of a file: its cards and the lines on which they stood, in the file's order. */
type UploadChunk = {
  readonly corporation: Corporation;
  readonly pars: readonly Par[];
  readonly lines: readonly number[];
};

/** A pure function of the file's bytes: whoever reads them again cuts the same chunks. */
export type UploadCut = {
  readonly cardsTotal: number;
  readonly chunksTotal: number;
  /** `chunkNumber` from 1 to `chunksTotal`. */
  chunkAt(chunkNumber: number): UploadChunk;
};

export type CheckedUpload =
  | { readonly readable: false; readonly failure: UploadFailure }
  | {
      readonly readable: true;
      readonly progress: UploadProgress;
      readonly reading: UploadReading;
      readonly cut: UploadCut;
      /** Writes the lists that come from the rows alone: rejected-rows.csv, and results.csv for a dry run. May be repeated. */
      writeLists(where: ReportPlace): Promise<void>;
    };

/** Which report of which file. */
export type ReportPlace = {
  readonly requestId: string;
  readonly uploadKey: string;
  readonly edition: number;
  readonly dryRun: boolean;
};

/**
 * Reads a file through, row by row. Faults of the store are thrown, and so is what `onProgress` throws, which ends the
 * reading; an object that is gone or forbidden is a failure.
 */
export type CheckUpload = (
  object: UploadedObject,
  onProgress: (progress: UploadProgress) => Promise<void>,
) => Promise<CheckedUpload>;

/** A chunk that nobody has touched yet, as it was written: whoever takes it need not have read it, see settle.ts. */
export type UntouchedChunk = { readonly cards: number; readonly expiresAt: EpochSeconds };

/** `untouched`: by the word of whoever rings, who has just written it. */
export type RungChunk = ChunkRef & { readonly untouched?: UntouchedChunk | undefined };

/** Messages that wake a function. They may be lost or come twice: what is to be done, the ledger tells. */
export type Bells = {
  /** Somebody reads the file on. */
  ringUpload(requestId: string): Promise<void>;
  ringChunks(chunks: readonly RungChunk[]): Promise<void>;
  ringReport(requestId: string): Promise<void>;
};

/** A chunk of a file, with the lines of its cards. */
export type LinedChunk = Chunk & { readonly lines: readonly number[] };
