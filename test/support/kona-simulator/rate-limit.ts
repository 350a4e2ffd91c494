import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type Answer, htmlAnswer, withHeaders } from './answer.ts';

export const rateLimitSchema = z.strictObject({
  calls: z.int().min(1).max(100_000),
  perMs: z.int().min(1).max(86_400_000),
  /**
   * `fixed`: windows begin at multiples of `perMs` of the clock. `sliding`: the limit holds for any time of that length.
   * `bucket`: a burst of `calls`, then one call every `perMs / calls`.
   */
  window: z.enum(['fixed', 'sliding', 'bucket']).default('fixed'),
  /** Whether the 429 says in whole seconds when the next call is accepted. */
  retryAfter: z.boolean().default(true),
});
type Limit = z.output<typeof rateLimitSchema>;

/** Accepts a call, or returns the milliseconds until the next one is accepted. */
type Accept = (now: number) => number | undefined;

export type RateLimit = ReturnType<typeof createRateLimit>;

/** `limit` is read for every call. A changed limit starts a new count. */
export function createRateLimit(limit: () => Limit | null, clock: () => number) {
  let current: { readonly limit: Limit; readonly accept: Accept } | undefined;
  return {
    /** The answer to a call beyond the limit. */
    arriving(): Answer | undefined {
      const wanted = limit();
      if (wanted === null) current = undefined;
      else if (!isDeepStrictEqual(wanted, current?.limit))
        current = { limit: wanted, accept: acceptors[wanted.window](wanted) };
      const waitMs = current?.accept(clock());
      return waitMs === undefined ? undefined : tooMany(waitMs, wanted?.retryAfter === true);
    },
    clear(): void {
      current = undefined;
    },
  };
}

const tooMany = (waitMs: number, saysWhen: boolean): Answer =>
  withHeaders(htmlAnswer(429), saysWhen ? { 'Retry-After': `${Math.ceil(waitMs / 1_000)}` } : {});

const acceptors: Readonly<Record<Limit['window'], (limit: Limit) => Accept>> = {
  fixed: ({ calls, perMs }) => {
    let [began, accepted] = [0, 0];
    return (now) => {
      const begins = now - (now % perMs);
      if (begins !== began) [began, accepted] = [begins, 0];
      if (accepted >= calls) return began + perMs - now;
      accepted += 1;
      return undefined;
    };
  },
  sliding: ({ calls, perMs }) => {
    let accepted: number[] = [];
    return (now) => {
      accepted = accepted.filter((at) => at > now - perMs);
      const [oldest] = accepted;
      if (oldest !== undefined && accepted.length >= calls) return oldest + perMs - now;
      accepted.push(now);
      return undefined;
    };
  },
  bucket: ({ calls, perMs }) => {
    // Counted in parts of a call, of which each millisecond refills `calls`: integers avoid rounding errors.
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
