import * as z from 'zod';
import { requestIdSchema } from '../limit-increase/order.ts';

// What a message holds: keys, and nothing that a function would have to believe. Fields that newer code adds are looked past.

/** Of the uploads queue and of the reports queue. */
export const requestMessageSchema = z.object({ requestId: requestIdSchema });
export type RequestMessage = z.infer<typeof requestMessageSchema>;

export const chunkMessageSchema = z.object({ requestId: requestIdSchema, chunkNumber: z.int().min(1) });
export type ChunkMessage = z.infer<typeof chunkMessageSchema>;
