import * as z from 'zod';
import { addCounts, noCounts } from '../limit-increase/counts.ts';
import type { Clock, RequestWithCounts, SettlingNote } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { nothingExpired, requestIsOpenWork, requestMaySettle } from './conditions.ts';
import { type Change, expressionsOf } from './expressions.ts';
import { LedgerFault } from './faults.ts';
import { requestKey, requestPartition } from './keys.ts';
import { requestItem, requestOf } from './request-item.ts';
import type { Attributes } from './stored-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table, UpdateResult } from './table.ts';
import { tallyOf } from './tally-item.ts';

/** The verbs of a request that stands in the table. `clock` tells what has expired: DynamoDB deletes that in no order, days later. */
export function createRequests(table: Table, clock: Clock) {
  async function readRequest(requestId: string): Promise<RequestWithCounts | undefined> {
    const { ConditionExpression, ...living } = expressionsOf(nothingExpired(clock()));
    const items = await table.query('readRequest', {
      ...living,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: ConditionExpression,
      ExpressionAttributeValues: { ...living.ExpressionAttributeValues, ':pk': requestPartition(requestId) },
      ConsistentRead: true,
    });
    const found = items.find(({ sk }) => sk === 'REQUEST');
    if (found === undefined) return undefined;
    const tallies = items.filter((item) => item !== found).map(tallyOf);
    return { request: requestOf(found), counts: tallies.reduce(addCounts, noCounts) };
  }

  async function settleRequest(requestId: string, at: Instant, note: SettlingNote = {}): Promise<void> {
    const { reportDueAt, redriven = 0 } = note;
    const change = settledChange(at, reportDueAt);
    const result = await table.update('settleRequest', {
      key: requestKey(requestId),
      change,
      condition: requestMaySettle(redriven),
    });
    if (!wasRedriven(result, redriven)) assertSettled('settleRequest', result);
  }

  async function postponeRequest(requestId: string, dueAt: Instant): Promise<void> {
    const change = { set: { dueAt: z.encode(storedInstant, dueAt) } };
    const key = requestKey(requestId);
    const result = await table.update('postponeRequest', { key, change, condition: requestIsOpenWork });
    assertSettled('postponeRequest', result);
  }

  return { readRequest, settleRequest, postponeRequest };
}

/** What settles a request. One that owes a report stays in the index of open work until that is due. */
export function settledChange(at: Instant, reportDueAt?: Instant): Change {
  const settled = { status: 'settled', updatedAt: z.encode(storedInstant, at) };
  if (reportDueAt === undefined) return { set: settled, remove: ['openWork', 'dueAt'] };
  return { set: { ...settled, dueAt: z.encode(storedInstant, reportDueAt) } };
}

// Refused because it is settled already, by me or by another: that is what was wanted.
function assertSettled(operation: string, result: UpdateResult): void {
  if (result.written) return;
  const status = statusOf(result.old);
  if (status !== 'settled') throw new LedgerFault(operation, `a request that is ${status}`);
}

// Another had settled it, or it could not have been redriven; who ends that redrive sees to its settling.
function wasRedriven(result: UpdateResult, before: number): boolean {
  if (result.written || result.old === undefined) return false;
  const { redriven = 0, redriving } = requestItem.read(result.old);
  return redriven > before || redriving !== undefined;
}

const statusOf = (old: Attributes | undefined): string =>
  old === undefined ? 'not there' : requestItem.read(old).status;
