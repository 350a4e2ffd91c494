import * as z from 'zod';
import type { JournalResult, JournalStep } from '../limit-increase/ports.ts';
import { callEnd, openCall } from './call-item.ts';
import { cardAttributes } from './card-item.ts';
import { chunkItem } from './chunk-item.ts';
import {
  type Condition,
  callHasNoOutcome,
  chunkIsUntouched,
  leaseIsFree,
  leaseIsMine,
  nothingStands,
  requestMaySettle,
} from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { assertStep } from './invariants.ts';
import { callKey, chunkKey, requestKey } from './keys.ts';
import { shardOf } from './open-work.ts';
import { storedPositions } from './positions.ts';
import { settledChange } from './requests.ts';
import { commonAttributes } from './stored-item.ts';
import { tallyWays } from './tally-item.ts';
import type { Part, Transact } from './transactions.ts';
import { tokenOf } from './write-token.ts';

/** Refusals of a step, and one that is none: the chunk already holds this very step. */
type Refusal = JournalResult;

/**
 * One step of a worker in one transaction: the chunk as it then is, the end of one call, the beginning of the next, what
 * the request's tally gains, and, of a small order that is settled with it, all that it still lacks. The chunk is
 * written first: that it was lost to another says more than a clash of IDs.
 */
export function createJournal(transact: Transact) {
  return async (journalStep: JournalStep): Promise<JournalResult> => {
    assertStep(journalStep);
    const { chunk, tally, now } = journalStep;
    // From the content alone: the same step again, by whomever, is the same write.
    const step = tokenOf([chunk.ref, contentOf(journalStep)]);
    const ways = tallyWays({ ref: chunk.ref, counts: tally, at: now, expiresAt: chunk.expiresAt });
    for (const [way, tallied] of ways.entries()) {
      const parts: Part<Refusal | 'other_way'>[] = [
        chunkPart(journalStep, step),
        ...endParts(journalStep),
        ...beginParts(journalStep),
        ...tallied,
        ...completionParts(journalStep),
      ];
      // A token stands for one set of parts.
      const token = way === 0 ? step : tokenOf([step, way]);
      const written = await transact({ operation: 'journal', token, parts });
      if (written !== 'other_way') return written === 'written' ? 'journalled' : written;
    }
    throw new LedgerFault('journal', 'a tally that is never as it was seen');
  };
}

// What completes the request follows from the chunk.
const contentOf = ({ state, now, takes, ended, begun, tally }: JournalStep): unknown => {
  const { traces, results, ...others } = state;
  return [others, [...traces], [...results], now, takes, ended, begun, tally];
};

function chunkPart(journalStep: JournalStep, step: string): Part<Refusal> {
  const { chunk, state } = journalStep;
  const key = chunkKey(chunk.ref);
  const openWork = state.stage === 'done' ? undefined : shardOf(key);
  return {
    put: chunkItem.write(key, chunk.expiresAt, { ...state, openWork, step }),
    condition: chunkCondition(journalStep, step),
    refused: (old) => {
      if (old === undefined) throw new LedgerFault('journal', 'a chunk that is not there');
      return chunkItem.read(old).step === step ? 'journalled' : 'fenced_off';
    },
  };
}

function chunkCondition({ chunk, state, now, takes, untouched }: JournalStep, step: string): Condition {
  const { fence, plan } = state;
  const pool = z.encode(storedPositions, plan.pool);
  if (untouched) return chunkIsUntouched({ pool, ...commonAttributes(chunk.expiresAt) });
  return takes ? leaseIsFree({ fence, now, step }) : leaseIsMine({ fence, now, step });
}

function endParts({ ended }: JournalStep): Part<Refusal>[] {
  if (ended === undefined) return [];
  const refused = (): never => {
    throw new LedgerFault('journal', `call ${ended.correlationId} is not there or has an outcome already`);
  };
  const change = { set: callEnd(ended) };
  return [{ update: callKey(ended.correlationId), change, condition: callHasNoOutcome, refused }];
}

function beginParts({ chunk, begun }: JournalStep): Part<Refusal>[] {
  if (begun === undefined) return [];
  const put = openCall(chunk.expiresAt, { ...begun, chunk: chunk.ref });
  return [{ put, condition: nothingStands, refused: () => 'correlation_id_taken' }];
}

function completionParts({ chunk, state, now, completion }: JournalStep): Part<Refusal>[] {
  if (completion === undefined) return [];
  const { requestId } = chunk.ref;
  // Whoever holds the only chunk is the only one who can settle the request.
  const refused = (): never => {
    throw new LedgerFault('journal', `request ${requestId} is not there, settled already, or redriven`);
  };
  const condition = requestMaySettle(state.redriven ?? 0);
  return [
    ...completion.cards.map((entry) => ({ put: cardAttributes(entry) })),
    { update: requestKey(requestId), change: settledChange(now), condition, refused },
  ];
}
