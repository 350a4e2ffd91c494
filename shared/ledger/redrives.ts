import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { RedriveBeginning, RedriveProgress, Reopening } from '../limit-increase/redrive-ledger.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { chunkItem } from './chunk-item.ts';
import { chunkIsFinal, redriveCameTo, redriveIsUnderWay, requestMayBeRedriven } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { assertReopening } from './invariants.ts';
import { chunkKey, requestKey } from './keys.ts';
import { shardOf } from './open-work.ts';
import { storedRedrives, storedRedriving } from './redrive-state.ts';
import { requestOf } from './request-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table } from './table.ts';
import { tallyParts } from './tally-item.ts';
import type { Part, Transact } from './transactions.ts';
import { tokenOf } from './write-token.ts';

export type RedrivesDeps = {
  readonly table: Table;
  readonly transact: Transact;
};

/** The verbs of a request that is redriven. Several may be at it: each step is taken once, whoever takes it. */
export function createRedrives({ table, transact }: RedrivesDeps) {
  async function beginRedrive(requestId: string, beginning: RedriveBeginning): Promise<'begun' | 'stands'> {
    const { number, redrive, earlier, edition, dueAt } = beginning;
    const redrives = [...earlier, redrive];
    const key = requestKey(requestId);
    const set = {
      ...{ status: 'open', openWork: shardOf(key), redriven: number },
      redriving: z.encode(storedRedriving, { number, chunksDone: 0, statuses: redrive.statuses }),
      ...{ updatedAt: z.encode(storedInstant, redrive.at), dueAt: z.encode(storedInstant, dueAt) },
      redrives: z.encode(storedRedrives, redrives),
      ...(edition !== undefined && { 'upload.edition': edition }),
    };
    const change = edition === undefined ? { set } : { set, remove: ['upload.reportedAt'] };
    const result = await table.update('beginRedrive', { key, change, condition: requestMayBeRedriven(number) });
    if (result.written) return 'begun';
    if (result.old === undefined) throw new LedgerFault('beginRedrive', 'a request that is not there');
    const standing = requestOf(result.old);
    // If the answer was lost, the SDK repeats the write: this very redrive is not another's.
    return standing.redriven === number && isDeepStrictEqual(standing.redrives, redrives) ? 'begun' : 'stands';
  }

  async function reopenChunk(reopening: Reopening): Promise<'reopened' | 'stands'> {
    assertReopening(reopening);
    const { chunk, state, tally } = reopening;
    const key = chunkKey(chunk.ref);
    const { traces, results, ...others } = state;
    const step = tokenOf([chunk.ref, 'reopened', others, [...traces], [...results]]);
    const chunkPart: Part<'reopened' | 'stands'> = {
      put: chunkItem.write(key, chunk.expiresAt, { ...state, openWork: shardOf(key), step }),
      condition: chunkIsFinal({ fence: state.fence, step }),
      refused: (old) => {
        if (old === undefined) throw new LedgerFault('reopenChunk', 'a chunk that is not there');
        return chunkItem.read(old).step === step ? 'reopened' : 'stands';
      },
    };
    const parts = [chunkPart, ...tallyParts(chunk.ref, tally, chunk.expiresAt)];
    const written = await transact({ operation: 'reopenChunk', token: step, parts });
    return written === 'written' ? 'reopened' : written;
  }

  async function noteRedriving(requestId: string, progress: RedriveProgress, dueAt: Instant): Promise<void> {
    const set = { 'redriving.chunksDone': progress.chunksDone, dueAt: z.encode(storedInstant, dueAt) };
    const condition = redriveCameTo(progress);
    await table.update('noteRedriving', { key: requestKey(requestId), change: { set }, condition });
  }

  async function endRedrive(requestId: string, number: number, dueAt: Instant): Promise<void> {
    const change = { set: { dueAt: z.encode(storedInstant, dueAt) }, remove: ['redriving'] };
    const condition = redriveIsUnderWay(number);
    await table.update('endRedrive', { key: requestKey(requestId), change, condition });
  }

  return { beginRedrive, reopenChunk, noteRedriving, endRedrive };
}
