import type { JournalledCall } from '../../shared/limit-increase/chunk-state.ts';
import { type ListedAs, type ReadWord, readListing } from '../../shared/limit-increase/listing.ts';
import type { CallOutcome, Clock, Platform, RecordedOutcome } from '../../shared/limit-increase/ports.ts';
import { listedButNotSent, recordedOutcome } from '../../shared/limit-increase/recorded-outcome.ts';
import type { Chunk, Corporation, Instant, Par } from '../../shared/limit-increase/terms.ts';
import type { RecordedExchange, Recorder } from './recorder.ts';

/** One single-card call, what went over the wire, and how the gateway reads it. */
export type MadeCall = {
  readonly par: Par;
  readonly corporation: Corporation;
  readonly correlationId: string;
  readonly startedAt: Instant;
  readonly exchanged: RecordedExchange | undefined;
  readonly outcome: CallOutcome;
  /** As the ledger would record it. */
  readonly recorded: RecordedOutcome;
  /** How a 200/000_000 lists the card; undefined after any other outcome. */
  readonly listedAs: ListedAs | undefined;
  readonly breaches: readonly string[];
};

type MakeCallDeps = {
  readonly platform: Platform;
  readonly recorder: Recorder;
  readonly corporation: Corporation;
  readonly timeoutMs: number;
  readonly readWord: ReadWord;
  readonly clock: Clock;
};

export function createMakeCall({ platform, recorder, corporation, timeoutMs, readWord, clock }: MakeCallDeps) {
  return async (par: Par): Promise<MadeCall> => {
    const startedAt = clock();
    const correlationId = platform.mintCorrelationId(startedAt);
    const outcome = await platform.call({ correlationId, startedAt, corporation, pars: [par], timeoutMs });
    const call: JournalledCall = { correlationId, startedAt, positions: [0] };
    const chunk: Chunk = { ref, acceptedAt: startedAt, expiresAt: 0, corporation, pars: [par] };
    const listed = outcome.kind === 'answered' ? readListing(outcome.listed, call, chunk, readWord) : undefined;
    const strangers = listedButNotSent(outcome, call, chunk);
    return {
      ...{ par, corporation, correlationId, startedAt, outcome },
      exchanged: recorder.take(),
      recorded: recordedOutcome(outcome, call, chunk, readWord),
      listedAs: listed?.get(0),
      breaches: [
        ...('breaches' in outcome ? outcome.breaches : []),
        ...(strangers > 0 ? ['card_listed_but_not_sent'] : []),
      ],
    };
  };
}

/** No ledger is kept: the reading needs a chunk, whichever it is. */
const ref = { requestId: 'kona-check', chunkNumber: 1 };
