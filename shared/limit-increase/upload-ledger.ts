import type { Namings, NamingsOf } from './namings.ts';
import type { StoredChunk } from './ports.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { LinedChunk, UploadFailure, UploadProgress, UploadReading } from './upload.ts';

// What the domain asks of the ledger for a file, beside what it asks for every order.

/** A file as its event told of it: the request, `receiving`, that becomes durable with the entry of its object. */
export type Receipt = {
  readonly request: LimitIncreaseRequest;
  /** When the reconciler looks after the request. The same holds of every `dueAt` below. */
  readonly dueAt: Instant;
};

export type ReceiveResult =
  | { readonly result: 'received' }
  /** The same object was received before. */
  | { readonly result: 'exists'; readonly request: LimitIncreaseRequest };

/** What a reader notes on its way, so that others see that it lives. What is absent stays as it is. */
export type ReceivingNote = {
  readonly at: Instant;
  readonly dueAt: Instant;
  readonly readings?: number | undefined;
  /** Of the first reading: once the totals are known it is not noted any more. */
  readonly progress?: UploadProgress | undefined;
  /** Never becomes less. */
  readonly chunksWritten?: number | undefined;
};

/** `overtaken`: another reader has come further, so nothing was noted. `not_receiving`: another has ended the reading, or abandoned it. */
export type NoteResult = 'noted' | 'overtaken' | 'not_receiving';

/** What became known when every row had been read once. */
export type CheckedNote = {
  readonly at: Instant;
  readonly dueAt: Instant;
  /** Both 0 for a dry run. */
  readonly cardsTotal: number;
  readonly chunksTotal: number;
  readonly progress: UploadProgress;
  readonly reading: UploadReading;
};

/** `noted`: this, or the same before. `differs`: other totals or other bytes stand. */
export type CheckResult = 'noted' | 'differs' | 'not_receiving';

/** A file that cannot be read. */
export type UploadRefusal = { readonly at: Instant; readonly dueAt: Instant; readonly failure: UploadFailure };

/** What stands of a file that was abandoned. `chunksTotal`: the number of the last chunk; some before it may be missing. */
export type AbandonedNote = {
  readonly at: Instant;
  readonly dueAt: Instant;
  readonly cardsTotal: number;
  readonly chunksTotal: number;
};

export type LinedStoredChunk = StoredChunk & { readonly chunk: LinedChunk };

/** One file among those that were uploaded under a key. */
export type UploadEntry = {
  readonly uploadKey: string;
  readonly requestId: string;
  readonly acceptedAt: Instant;
};

/** `after`: the last entry of the page before. */
export type UploadPageQuery = {
  readonly limit: number;
  readonly after?: Pick<UploadEntry, 'acceptedAt' | 'requestId'> | undefined;
};

/** `last`: nothing comes after these. */
export type UploadPage = { readonly entries: readonly UploadEntry[]; readonly last: boolean };

/** Every verb may be repeated; a fault of the store is thrown. */
export type UploadLedger = {
  /** Request and entry in one transaction. */
  receive(receipt: Receipt): Promise<ReceiveResult>;
  noteReceiving(requestId: string, note: ReceivingNote): Promise<NoteResult>;
  noteChecked(requestId: string, checked: CheckedNote): Promise<CheckResult>;
  /** Untouched chunks. One that stands already is left as it is, whatever became of it since. */
  writeChunks(chunks: readonly LinedStoredChunk[]): Promise<void>;
  /** `receiving` becomes `open`: only when every chunk was noted as written. */
  openRequest(requestId: string, note: { readonly at: Instant; readonly dueAt: Instant }): Promise<OpenResult>;
  /** `receiving` becomes `open` with a failure and no card. `overtaken`: another reader has read it through. */
  refuseUpload(requestId: string, refusal: UploadRefusal): Promise<OpenResult | 'overtaken'>;
  /** A file that was read once is read and written no more; it stays `receiving`, with its failure. */
  abandonUpload(requestId: string, refusal: UploadRefusal): Promise<'abandoned' | 'not_receiving'>;
  /** What was abandoned becomes `open` with the cards that were taken of it. */
  endAbandoned(requestId: string, taken: AbandonedNote): Promise<OpenResult>;
  /** What a report found out of whose namings the cards are, for the run that goes on with it. It holds what was kept before. */
  keepNamings(of: NamingsOf, namings: Namings): Promise<void>;
  /** Consistent. All that was kept; empty if nothing was. */
  readNamings(of: NamingsOf): Promise<Namings>;
  /** The report of this edition stands in the store: the settled request leaves the index of open work. */
  reportWritten(requestId: string, edition: number, at: Instant): Promise<ReportResult>;
  /** The requests of an object, newest first. Consistent. */
  listUploads(uploadKey: string, query: UploadPageQuery): Promise<UploadPage>;
};

/** `opened`: by this, or by the same before. */
export type OpenResult = 'opened' | 'not_receiving';

/** `noted`: this, or the same before. `stands`: another was noted before. `outdated`: the request has another edition by now, whose report is still to be written. */
export type ReportResult = 'noted' | 'stands' | 'outdated';
