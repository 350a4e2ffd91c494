import type { MadeCall } from '../../../infra/kona-check/make-call.ts';
import type { RecordedExchange } from '../../../infra/kona-check/recorder.ts';
import { type CaseName, type CaseResult, verdictOf } from '../../../infra/kona-check/verdict.ts';
import { createReadWord } from '../../../shared/kona/listed-words.ts';
import { readListing } from '../../../shared/limit-increase/listing.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { recordedOutcome } from '../../../shared/limit-increase/recorded-outcome.ts';
import { aCall, aChunk, aCorporation, aPar } from '../../support/builders.ts';

export const readWord = createReadWord({ successMessages: ['Success'], refusalMessages: [] });

export const par = aPar(1);

export const listedOutcome = (returnMessage?: string): CallOutcome => ({
  ...{ kind: 'answered', httpStatus: 200, code: '000_000', description: 'Success', breaches: [] },
  listed: [{ par, returnMessage }],
});

export const refusedOutcome = (over: object = {}): CallOutcome => ({
  ...{ kind: 'refused', httpStatus: 400, code: '003_050', description: 'All named process has been completed' },
  ...{ meaning: 'already_named', breaches: [] },
  ...over,
});

export const unknownOutcome = (over: object = {}): CallOutcome => ({
  ...{
    kind: 'unknown',
    reason: 'unclear_code',
    httpStatus: 400,
    code: '000_999',
    description: '점검 중',
    breaches: [],
  },
  ...over,
});

/** A single-card call that ended so. */
export function madeCall(outcome: CallOutcome, exchanged?: RecordedExchange): MadeCall {
  const call = aCall({ positions: [0] });
  const chunk = aChunk({ pars: [par] });
  const listed = outcome.kind === 'answered' ? readListing(outcome.listed, call, chunk, readWord) : undefined;
  return {
    ...{ par, corporation: aCorporation(), correlationId: call.correlationId, startedAt: call.startedAt, outcome },
    ...{ exchanged, recorded: recordedOutcome(outcome, call, chunk, readWord), listedAs: listed?.get(0) },
    breaches: 'breaches' in outcome ? outcome.breaches : [],
  };
}

export function aResult(name: CaseName, outcome: CallOutcome, exchanged?: RecordedExchange): CaseResult {
  const call = madeCall(outcome, exchanged);
  return { name, call, ...verdictOf(name, call) };
}
