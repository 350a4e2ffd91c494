import type { BellName } from './bell.ts';
import type { OpenWorkAge } from './open-work.ts';
import type { OpenReason } from './platform-state.ts';
import type { Breach, OpenWork, RecordedOutcome } from './ports.ts';
import type { ChunkRef, Instant, Redrive, SettledCounts } from './terms.ts';
import type { UploadFailure, UploadProgress } from './upload.ts';

/** What the domain wants known. The one who logs and counts decides how. */
export type Notice =
  | {
      readonly notice: 'call_ended';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly cards: number;
      readonly outcome: RecordedOutcome;
      readonly durationMs: number;
    }
  | {
      readonly notice: 'platform_breach';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly breach: Breach;
    }
  | {
      readonly notice: 'credentials_refused';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly code?: string | undefined;
    }
  /** HTTP 400 with a code that the reading table does not know: the setting konaRefusalCodes may lack it. */
  | {
      readonly notice: 'unclear_code';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly code: string;
      readonly description?: string | undefined;
    }
  /** A corporation is refused while others are answered: its chunks back off together. */
  | {
      readonly notice: 'corporation_refused';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly until: Instant;
    }
  /** Whether a card is named could not be inquired about; the call that follows tells. */
  | {
      readonly notice: 'inquiry_failed';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly error: unknown;
    }
  /** The circuit opened, or is open for another reason than before. */
  | { readonly notice: 'platform_down'; readonly reason: OpenReason; readonly lastAnswerAt?: Instant | undefined }
  | { readonly notice: 'platform_up'; readonly downMs: number }
  /** What a run of the reconciler found. */
  | { readonly notice: 'platform_seen'; readonly down: boolean }
  /** What a run of the reconciler left open. */
  | ({ readonly notice: 'open_work_seen' } & OpenWorkAge)
  /** The ledger could not be asked, or told, of the platform's health. Work goes on as if it were up. */
  | { readonly notice: 'platform_unread'; readonly error: unknown }
  /** The same word alone twice: the setting konaSuccessMessages may lack it. */
  | {
      readonly notice: 'unknown_return_message';
      readonly chunk: ChunkRef;
      readonly correlationId: string;
      readonly returnMessage: string;
    }
  | { readonly notice: 'fenced_off'; readonly chunk: ChunkRef; readonly correlationId: string }
  | { readonly notice: 'upload_received'; readonly requestId: string; readonly uploadKey: string }
  | {
      readonly notice: 'upload_refused';
      readonly requestId: string;
      readonly uploadKey: string;
      readonly failure: UploadFailure;
    }
  /** Every row was read, and every card stands in the ledger; of a dry run none does. */
  | {
      readonly notice: 'upload_ingested';
      readonly requestId: string;
      readonly dryRun: boolean;
      readonly progress: UploadProgress;
      readonly cards: number;
      readonly chunks: number;
    }
  /** What it was rung for falls due all the same. */
  | { readonly notice: 'bell_failed'; readonly bell: BellName; readonly requestId: string; readonly error: unknown }
  | { readonly notice: 'chunk_parked'; readonly chunk: ChunkRef; readonly open: number; readonly dueAt: Instant }
  /** Nobody knows whether these cards are named, and nobody asks any more. */
  | { readonly notice: 'given_up'; readonly chunk: ChunkRef; readonly cards: number }
  /** What a worker added to the request's tally: cards that are final since then. */
  | { readonly notice: 'cards_tallied'; readonly counts: SettledCounts }
  | { readonly notice: 'chunk_settled'; readonly chunk: ChunkRef; readonly counts: SettledCounts }
  | { readonly notice: 'request_settled'; readonly requestId: string }
  /** Others were told that it is settled. */
  | { readonly notice: 'settled_announced'; readonly requestId: string }
  | { readonly notice: 'report_written'; readonly requestId: string; readonly edition: number }
  /** It did not fit into one run, which found out whose namings the cards of so many chunks are; the next goes on. */
  | {
      readonly notice: 'report_put_off';
      readonly requestId: string;
      readonly edition: number;
      readonly chunks: number;
    }
  /** Cards that are named already, and not for the corporation that asked: whose they are, a person must find out. */
  | {
      readonly notice: 'naming_contested';
      readonly requestId: string;
      readonly other_corporation: number;
      readonly disputed: number;
    }
  /** An operator had the cards of these statuses asked for again. */
  | ({ readonly notice: 'redriven'; readonly requestId: string } & Pick<Redrive, 'by' | 'cards' | 'statuses'>)
  /** Its items have expired: nothing is done for it any more. */
  | { readonly notice: 'work_gone'; readonly work: OpenWork }
  /** The ledger failed under a worker. The work is not lost: it falls due again. */
  | { readonly notice: 'work_interrupted'; readonly work: string; readonly error: unknown };

export type Notify = (notice: Notice) => void;
