import * as z from 'zod';
import { retentionDaysMin } from '../limit-increase/retention.ts';

// Each value once, as a codec between its text and itself. The CDK context and a function's environment are texts, so
// both are read by the same rules, and what one writes the other can read.

const trimmed = z.string().trim();

export const text = trimmed.min(1, 'must not be empty');

/** A whole number from `min` to `max`, both included. `because`: why there are such bounds, for whoever is refused. */
export function integer(min: number, max: number, because?: string) {
  const range = `must be a whole number from ${min} to ${max}${because === undefined ? '' : `: ${because}`}`;
  return z.codec(trimmed.regex(/^\d{1,15}$/, range), z.int().min(min, range).max(max, range), {
    decode: Number,
    encode: String,
  });
}

export const flag = z.codec(trimmed.regex(/^(true|false)$/, 'must be true or false'), z.boolean(), {
  decode: (written) => written === 'true',
  encode: String,
});

/**
 * Whole numbers of seconds, as `60,120,300` or as the JSON array of the same; in milliseconds inside.
 * The last one holds for every further step.
 */
export const backoffMs = z.codec(
  trimmed.regex(
    /^\[?\s*\d{1,6}(\s*,\s*\d{1,6}){0,19}\s*\]?$/,
    'must be 1 to 20 whole numbers of seconds, as 60,120,300',
  ),
  z.array(
    z.int().min(1_000, 'each must be from 1 to 86400 seconds').max(86_400_000, 'each must be from 1 to 86400 seconds'),
  ),
  {
    decode: (written) =>
      written
        .replaceAll(/[[\]]/g, '')
        .split(',')
        .map((seconds) => Number(seconds) * 1_000),
    encode: (values) => values.map((ms) => ms / 1_000).join(','),
  },
);

const words = z.array(z.string().trim().min(1, 'must hold no empty word')).min(1, 'must hold at least one word');

/** Words, as `one,two` or as a JSON array; the array is the only way to write a word that holds a comma. */
export const wordList = z.codec(trimmed, words, {
  decode: (written, context) => {
    if (!written.startsWith('[')) return written.split(',');
    try {
      const parsed = z.array(z.string()).safeParse(JSON.parse(written));
      if (parsed.success) return parsed.data;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    context.issues.push({
      code: 'custom',
      message: 'must be a JSON array of texts, or words with commas',
      input: written,
    });
    return z.NEVER;
  },
  encode: (values) => JSON.stringify(values),
});

const noWords = z.array(z.string().trim().min(1, 'must hold no empty word'));

/** The same, and none at all is right too: nothing, or an empty array. */
export const wordListOrNone = z.codec(trimmed, noWords, {
  decode: (written, context) => {
    if (written === '' || written === '[]') return [];
    const parsed = wordList.safeParse(written);
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.issues.push({ code: 'custom', message, input: written });
    return z.NEVER;
  },
  encode: (values) => JSON.stringify(values),
});

function isBaseUrl(written: string): boolean {
  const url = URL.parse(written);
  if (url === null || url.username !== '' || url.password !== '' || /[?#]/.test(written)) return false;
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
}

/** https, or http on this machine (a simulator): the access key travels in a header. Without the slash at its end. */
export const baseUrl = z.codec(
  trimmed.refine(isBaseUrl, 'must be an https URL (http only on localhost) without credentials, query and fragment'),
  z.string(),
  { decode: (written) => written.replace(/\/+$/, ''), encode: (url) => url },
);

const timeZones = ['UTC', 'GMT', 'ICT', 'SGT', 'JST', 'KST'] as const;

/** KONA's header takes three letters; these are the zones whose offset the client knows. */
export const timeZone = z.enum(timeZones, `must be one of ${timeZones.join(', ')}`);

export const connectTimeoutMs = integer(100, 10_000);

/** One call in all. A POST answers within 25 s, so one call and what is written after it must fit. */
export const callTimeoutMs = integer(1_000, 20_000);

export const parsPerCall = integer(1, 100);
export const parallelChunks = integer(1, 10);
export const reconcileConcurrency = integer(1, 50);

/** A year at most. Outages do not count. */
export const giveUpAfterHours = integer(1, 8_760);

/** Far longer than any card stays open without an alarm. */
export const retentionDays = integer(retentionDaysMin, 36_500, 'DynamoDB deletes what is older, open work too');
