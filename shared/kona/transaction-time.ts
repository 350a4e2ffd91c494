import type { Instant } from '../limit-increase/terms.ts';

// One clock reading gives the token's time, X-KM-Tran-Time and the first half of the correlation ID, so all three are
// cut from the same seventeen digits.

/** Three letters, because X-KM-Time-Zone has room for three. None of these zones knows summer time. */
const hoursEastOfUtc = { UTC: 0, GMT: 0, ICT: 7, SGT: 8, JST: 9, KST: 9 } as const;

export type TimeZone = keyof typeof hoursEastOfUtc;

const isTimeZone = (name: string): name is TimeZone => Object.hasOwn(hoursEastOfUtc, name);

/** The value of X-KM-Time-Zone by its name. Throws a RangeError for a zone whose offset is not known here. */
export function timeZoneNamed(name: string): TimeZone {
  if (!isTimeZone(name)) throw new RangeError(`konaTimeZone must be one of ${Object.keys(hoursEastOfUtc).join(', ')}`);
  return name;
}

export type TransactionTime = {
  /** `yyyyMMddHHmmssSSS`, for the token. */
  readonly digits17: string;
  /** `yyyyMMddHHmmss`, for X-KM-Tran-Time. */
  readonly digits14: string;
  /** `yyMMddHHmmss`, for the correlation ID. */
  readonly digits12: string;
};

/** The wall clock of the zone at the given moment, in the three lengths in which KONA's headers want it. */
export function transactionTime(at: Instant, zone: TimeZone): TransactionTime {
  const digits17 = new Date(at + hoursEastOfUtc[zone] * 3_600_000).toISOString().replace(/\D/g, '');
  return { digits17, digits14: digits17.slice(0, 14), digits12: digits17.slice(2, 14) };
}
