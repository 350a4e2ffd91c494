import * as z from 'zod';
import type { ChunkState } from '../limit-increase/chunk-state.ts';
import { storedResults } from './card-result-groups.ts';
import { storedTraces } from './card-trace-groups.ts';
import { restoreTexts, shareTexts } from './chunk-texts.ts';
import { correlationIdSchema } from './position-groups.ts';
import { storedPositionLists, storedPositions } from './positions.ts';
import { type Attributes, storedItem } from './stored-item.ts';
import { storedCounts, storedInstant } from './stored-values.ts';

const journalledCallSchema = z.object({
  correlationId: correlationIdSchema,
  positions: storedPositions,
  startedAt: storedInstant,
});

const planSchema = z.object({
  pool: storedPositions,
  suspect: storedPositions,
  repeat: storedPositionLists,
  stuck: storedPositionLists.default([]),
  alone: storedPositions,
  splits: z.boolean().default(false),
  credit: z.int(),
});

/** What one chunk's worker knows: `REQUEST#<id>#<0000001>` / `CHUNK`. Written whole with every step. */
const item = storedItem(
  z.object({
    fence: z.int().min(0),
    leaseUntil: storedInstant.optional(),
    /** Stays when the chunk is done: without `openWork` it is in no index. */
    dueAt: storedInstant,
    openWork: z.string().optional(),
    stage: z.enum(['open', 'settled', 'done']),
    attempts: z.int().min(0),
    failingSince: storedInstant.optional(),
    listFailedAt: storedInstant.optional(),
    limited: z.object({ times: z.int().min(1), since: storedInstant }).optional(),
    /** Milliseconds of the time in which the circuit was closed: `until` is no moment. */
    tried: z.object({ ms: z.int().min(0), until: z.int() }).optional(),
    inFlight: journalledCallSchema.optional(),
    lostCalls: z.array(journalledCallSchema).readonly(),
    plan: planSchema,
    refusedLists: storedPositionLists.default([]),
    traces: storedTraces,
    results: storedResults,
    tallied: storedCounts,
    redriven: z.int().min(1).optional(),
    reopenedAt: storedInstant.optional(),
    updatedAt: storedInstant,
    /** Names the write that made the item what it is: a write that comes twice is known by it. */
    step: z.string(),
  }),
);

export type ChunkItem = ReturnType<typeof item.read>;

export const chunkItem = {
  write: (...args: Parameters<typeof item.write>): Attributes => shareTexts(item.write(...args)),
  read: (stored: Attributes): ChunkItem => item.read(restoreTexts(stored)),
};

export function stateOf({ step: _, openWork: __, key: ___, expiresAt: ____, ...state }: ChunkItem): ChunkState {
  return state;
}
