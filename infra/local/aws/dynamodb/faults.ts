import * as z from 'zod';
import { createFaultRules, type FaultRules, type StrikingFaults } from '../fault-rules.ts';

const faultSchema = z.discriminatedUnion('kind', [
  /** Refused before it had any effect. */
  z.strictObject({
    kind: z.literal('throttle'),
    error: z.enum(['ProvisionedThroughputExceededException', 'ThrottlingException']).default('ThrottlingException'),
  }),
  /** Another writer is at one of the items: a transaction is cancelled, a single write refused. No effect. */
  z.strictObject({ kind: z.literal('transaction_conflict') }),
  /** It takes effect, and the caller gets no answer or a 500. */
  z.strictObject({ kind: z.literal('lost_acknowledgement'), as: z.enum(['reset', 'server_error']).default('reset') }),
  /** Of a BatchWriteItem only the first `taken` writes are carried out. */
  z.strictObject({ kind: z.literal('unprocessed_items'), taken: z.int().min(0).default(0) }),
  /** It takes effect, and the answer comes so much later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0).max(60_000) }),
]);
export type Fault = z.output<typeof faultSchema>;
export type FaultControls = FaultRules<z.input<typeof faultSchema>>;
export type Faults = StrikingFaults<z.output<typeof faultSchema>, z.input<typeof faultSchema>>;

export const createFaults = (): Faults => createFaultRules(faultSchema, canBefall);

const transactions = ['TransactWriteItems', 'TransactGetItems'];
const singleWrites = ['PutItem', 'UpdateItem', 'DeleteItem'];

function canBefall({ kind }: Fault, operation: string): boolean {
  if (kind === 'unprocessed_items') return operation === 'BatchWriteItem';
  return kind !== 'transaction_conflict' || [...transactions, ...singleWrites].includes(operation);
}
