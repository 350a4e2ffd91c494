import type { CallOutcome } from './ports.ts';

/**
 * What the end of a call says of the platform's health. `no_answer`: nobody answered, or somebody before the platform, whose
 * pages bear no code of KONA's: a maintenance page may well come with status 200. `neither`: it says nothing, as a call
 * that we could not even sign.
 */
export function healthOf(outcome: CallOutcome): 'answered' | 'no_answer' | 'key_refused' | 'neither' {
  switch (outcome.kind) {
    case 'answered':
      return 'answered';
    case 'refused':
      return outcome.meaning === 'credentials_refused' ? 'key_refused' : 'answered';
    case 'not_sent':
      return isOurs(outcome) ? 'neither' : 'no_answer';
    case 'found_named':
      return 'neither';
    case 'unknown':
      return outcome.code === undefined || isTrouble(outcome.httpStatus) ? 'no_answer' : 'neither';
    default:
      return outcome satisfies never;
  }
}

/** The call was not sent for a reason of our own, as a secret that cannot be read: it says nothing of its cards either. */
export const isOurs = (outcome: CallOutcome): boolean => outcome.kind === 'not_sent' && ours.has(outcome.reason);

/** The platform was not even tried. */
const ours: ReadonlySet<string> = new Set([
  'credentials_unavailable',
  'encryption_keys_missing',
  'no_time_left',
  'platform_down',
]);

/** Whatever code comes with it. */
const isTrouble = (httpStatus: number | undefined): boolean =>
  httpStatus === undefined || httpStatus >= 500 || httpStatus === 408 || httpStatus === 429;
