import * as z from 'zod';
import { parsPerChunkMax } from '../limit-increase/chunk.ts';
import { requestIdSchema } from '../limit-increase/order.ts';

// What a message holds: keys, and nothing that a function would have to believe: what it says of a chunk holds only if the
// ledger says so too. Fields that newer code adds are looked past.

/** Of the uploads queue and of the reports queue. */
export const requestMessageSchema = z.object({ requestId: requestIdSchema });
export type RequestMessage = z.infer<typeof requestMessageSchema>;

// It only saves a reading: where it cannot be understood, the chunk is read.
const untouchedSchema = z.object({ cards: z.int().min(1).max(parsPerChunkMax), expiresAt: z.int().min(0) });

export const chunkMessageSchema = z.object({
  requestId: requestIdSchema,
  chunkNumber: z.int().min(1),
  untouched: untouchedSchema.optional().catch(undefined),
});
export type ChunkMessage = z.infer<typeof chunkMessageSchema>;
