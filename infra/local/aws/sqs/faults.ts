import * as z from 'zod';
import { createFaultRules, type FaultRules, type StrikingFaults } from '../fault-rules.ts';

const faultSchema = z.discriminatedUnion('kind', [
  /** Refused before it had any effect. */
  z.strictObject({ kind: z.literal('unavailable') }),
  /** It takes effect, and the caller gets no answer. */
  z.strictObject({ kind: z.literal('lost_acknowledgement') }),
  /** Of a SendMessageBatch only the first `taken` entries are sent; the others are told as failed. */
  z.strictObject({ kind: z.literal('refused_entries'), taken: z.int().min(0).default(0) }),
]);
export type SqsFaultControls = FaultRules<z.input<typeof faultSchema>>;
export type SqsFaults = StrikingFaults<z.output<typeof faultSchema>, z.input<typeof faultSchema>>;

export const createSqsFaults = (): SqsFaults =>
  createFaultRules(
    faultSchema,
    ({ kind }, operation) => kind !== 'refused_entries' || operation === 'SendMessageBatch',
  );
