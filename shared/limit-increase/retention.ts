import type { EpochSeconds, Instant } from './terms.ts';

// How long a request and all its items are kept. Decided once, when the request is accepted; from then on the items say
// it themselves, so a changed setting never splits a request.

/** When a request that is accepted at this moment expires. */
export type Retention = (acceptedAt: Instant) => EpochSeconds;

const secondsPerDay = 86_400;

export const retentionOf =
  (days: number): Retention =>
  (acceptedAt) =>
    Math.ceil(acceptedAt / 1_000) + days * secondsPerDay;

/** What expires at this second, or expired before, counts as deleted: DynamoDB deletes it days later, in any order. */
export const secondsOf = (at: Instant): EpochSeconds => Math.floor(at / 1_000);

export const hasExpired = (expiresAt: EpochSeconds, at: Instant): boolean => expiresAt <= secondsOf(at);

/** The least that the setting allows. */
export const retentionDaysMin = 30;

/**
 * Whether items of a request may be gone while the request exists. Earlier releases decided anew with every write when an
 * item expires; none expired sooner than this.
 */
export const mayLackItems = (createdAt: Instant, at: Instant): boolean =>
  hasExpired(retentionOf(retentionDaysMin)(createdAt), at);
