import type { Instant } from '../limit-increase/terms.ts';

/** When what belongs to a request accepted at `acceptedAt` may be forgotten: epoch seconds, as the table's TTL wants it. */
export type ExpiresAt = (acceptedAt: Instant) => number;

const secondsPerDay = 86_400;

export const createRetention =
  (retentionDays: number): ExpiresAt =>
  (acceptedAt) =>
    Math.ceil(acceptedAt / 1000) + retentionDays * secondsPerDay;

/** What expires at this second, or has before, is forgotten: it may stand in the table for days yet. */
export const secondsOf = (at: Instant): number => Math.floor(at / 1000);
