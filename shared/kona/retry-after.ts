import type { Instant } from '../limit-increase/terms.ts';

/** A longer wait is not believed: asking again once a day hammers nobody. */
const waitMsMax = 24 * 3_600_000;

const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** The header Retry-After (RFC 9110, 10.2.3: seconds, or an HTTP date) in milliseconds from now; undefined if it says nothing. */
export function retryAfterMs(header: string | undefined, now: Instant): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d{1,15}$/.test(value)) return Math.min(Number(value) * 1_000, waitMsMax);
  if (!httpDate.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), waitMsMax);
}
