import { once } from 'node:events';
import * as z from 'zod';
import { search } from './search.ts';

// A process that searches one share and says what it found.

const shareSchema = z.object({
  firstSeed: z.number(),
  seeds: z.number(),
  step: z.number(),
  sweeps: z.array(z.number()),
  withPairs: z.boolean(),
  troubles: z.array(z.number()),
  brokenMax: z.number(),
});

const [share] = await once(process, 'message');
process.send?.(await search(shareSchema.parse(share)));
