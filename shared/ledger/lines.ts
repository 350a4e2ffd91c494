import * as z from 'zod';
import { positionsFrom, rangesOf } from './positions.ts';

/**
 * On which lines the cards of a chunk stood, as an on-call engineer can read them: 2-51,53,60-62. A file of several
 * corporations leaves gaps; at eight characters a card a hundred still fit beside their PARs into 4 write units.
 */
export const storedLines = z.codec(
  z.string().regex(/^\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*$/),
  z.array(z.int().min(1).max(999_999_999)).min(1).readonly(),
  { decode: positionsFrom, encode: rangesOf },
);
