import * as z from 'zod';
import { storedInstant } from './stored-values.ts';

// What the item of a request says of its redrives.

export const storedRedrives = z
  .array(z.object({ by: z.string(), at: storedInstant, cards: z.int().min(0) }).readonly())
  .readonly();

export const storedRedriving = z.object({ number: z.int().min(1), chunksDone: z.int().min(0) }).readonly();
