import * as z from 'zod';
import { finalCardStatuses, parSchema, type SettledCounts } from '../limit-increase/terms.ts';

// Values as they stand in the table, each a codec: one place says how it is written and how it is read.

const lastInstantOfIso = Date.parse('9999-12-31T23:59:59.999Z');

/** An ISO 8601 string in UTC with milliseconds, always 24 characters: its order as text is the order of time. */
export const storedInstant = z.codec(z.iso.datetime({ precision: 3 }), z.int().min(0).max(lastInstantOfIso), {
  decode: (iso) => Date.parse(iso),
  encode: (instant) => new Date(instant).toISOString(),
});

const parLength = 27;

/** All PARs of a chunk in one string, 27 characters each: a list would cost a byte more for each of them, and 3 for itself. */
export const storedPars = z.codec(z.string(), z.array(parSchema).min(1).readonly(), {
  decode: (joined) => joined.match(new RegExp(`.{1,${parLength}}`, 'gs')) ?? [],
  encode: (pars) => pars.join(''),
});

export const corporationSchema = z
  .object({
    corporationName: z.string(),
    bizLicenseNo: z.string(),
    registrationNumber: z.string(),
    affiliateId: z.string().optional(),
  })
  .readonly();

const countSchema = z.int();
const countsOf = <T extends z.ZodType>(count: T) =>
  z.object({ named: count, already_named: count, not_found: count, rejected: count, unresolved: count });

/** Counts by final status; those that are 0 are left out. */
export const storedCounts = z.codec(countsOf(countSchema.optional()), countsOf(countSchema).readonly(), {
  decode: ({ named = 0, already_named = 0, not_found = 0, rejected = 0, unresolved = 0 }) => ({
    named,
    already_named,
    not_found,
    rejected,
    unresolved,
  }),
  encode: (counts: SettledCounts) => nonZero(counts),
});

/** Of the counts, those that are not 0. */
export function nonZero(counts: SettledCounts): Partial<SettledCounts> {
  return Object.fromEntries(
    finalCardStatuses.filter((status) => counts[status] !== 0).map((status) => [status, counts[status]]),
  );
}
