import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type Answer, htmlAnswer, withHeaders } from './answer.ts';

export const rateLimitSchema = z.strictObject({
  calls: z.int().min(1).max(100_000),
  perMs: z.int().min(1).max(86_400_000),
  /**
   * `fixed`: so many calls between two full multiples of `perMs` of the clock. `sliding`: in any time of that length.
   * `bucket`: as many at once, then one each time its share of `perMs` has passed.
   */
  window: z.enum(['fixed', 'sliding', 'bucket']).default('fixed'),
  /** Whether a refused call learns when one will be taken, in whole seconds. */
  retryAfter: z.boolean().default(true),
});
type Limit = z.output<typeof rateLimitSchema>;

/** Takes a call, or tells in how many milliseconds one would be taken. */
type Take = (now: number) => number | undefined;

export type RateLimit = ReturnType<typeof createRateLimit>;

/** `limit` is read for every call. Another limit begins with a count of its own. */
export function createRateLimit(limit: () => Limit | null, clock: () => number) {
  let current: { readonly limit: Limit; readonly take: Take } | undefined;
  return {
    /** The answer to a call that is not taken. */
    arriving(): Answer | undefined {
      const wanted = limit();
      if (wanted === null) current = undefined;
      else if (!isDeepStrictEqual(wanted, current?.limit))
        current = { limit: wanted, take: takes[wanted.window](wanted) };
      const waitMs = current?.take(clock());
      return waitMs === undefined ? undefined : tooMany(waitMs, wanted?.retryAfter === true);
    },
    clear(): void {
      current = undefined;
    },
  };
}

const tooMany = (waitMs: number, tells: boolean): Answer =>
  withHeaders(htmlAnswer(429), tells ? { 'Retry-After': `${Math.ceil(waitMs / 1_000)}` } : {});

const takes: Readonly<Record<Limit['window'], (limit: Limit) => Take>> = {
  fixed: ({ calls, perMs }) => {
    let [began, taken] = [0, 0];
    return (now) => {
      const begins = now - (now % perMs);
      if (begins !== began) [began, taken] = [begins, 0];
      if (taken >= calls) return began + perMs - now;
      taken += 1;
      return undefined;
    };
  },
  sliding: ({ calls, perMs }) => {
    let taken: number[] = [];
    return (now) => {
      taken = taken.filter((at) => at > now - perMs);
      const [oldest] = taken;
      if (oldest !== undefined && taken.length >= calls) return oldest + perMs - now;
      taken.push(now);
      return undefined;
    };
  },
  bucket: ({ calls, perMs }) => {
    // Parts of a call, of which each millisecond gives back `calls`: whole numbers, so that no fraction is ever missing.
    const [ofOneCall, room] = [perMs, perMs * calls];
    let [used, at] = [0, 0];
    return (now) => {
      used = Math.max(0, used - (now - at) * calls);
      at = now;
      const missing = used + ofOneCall - room;
      if (missing > 0) return Math.ceil(missing / calls);
      used += ofOneCall;
      return undefined;
    };
  },
};
