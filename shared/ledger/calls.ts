import type { CallRecord, Clock, EndedCall } from '../limit-increase/ports.ts';
import { callEnd, callOf } from './call-item.ts';
import { callHasNoOutcome } from './conditions.ts';
import { callKey } from './keys.ts';
import { unexpired } from './stored-item.ts';
import type { Table } from './table.ts';

/** The verbs of a call that stands in the table. */
export function createCalls(table: Table, clock: Clock) {
  async function readCall(correlationId: string): Promise<CallRecord | undefined> {
    const item = await table.get('readCall', callKey(correlationId));
    const [current] = unexpired(item === undefined ? [] : [item], clock());
    return current === undefined ? undefined : callOf(current);
  }

  // Evidence only. Refused: an outcome stands, which is left, or there is no such call, whose word would be of nothing.
  async function recordLate(ended: EndedCall): Promise<void> {
    const change = { set: callEnd(ended) };
    await table.update('recordLate', { key: callKey(ended.correlationId), change, condition: callHasNoOutcome });
  }

  return { readCall, recordLate };
}
