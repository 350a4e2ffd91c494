import * as z from 'zod';
import { createFaultRules, type FaultRules, type StrikingFaults } from '../fault-rules.ts';

const faultSchema = z.discriminatedUnion('kind', [
  /** Refused before it had any effect. */
  z.strictObject({ kind: z.literal('unavailable') }),
  /** It takes effect, and the caller gets no answer. */
  z.strictObject({ kind: z.literal('lost_acknowledgement') }),
  /** Of an object only the first `bytes` come, then the connection breaks. */
  z.strictObject({ kind: z.literal('broken_off'), bytes: z.int().min(0) }),
]);
export type S3FaultControls = FaultRules<z.input<typeof faultSchema>>;
export type S3Faults = StrikingFaults<z.output<typeof faultSchema>, z.input<typeof faultSchema>>;

export const createS3Faults = (): S3Faults =>
  createFaultRules(faultSchema, ({ kind }, operation) => kind !== 'broken_off' || operation === 'GetObject');
