import type { CallOutcome } from './ports.ts';

/**
 * What the end of a call says of the platform. `answer`: it works. `failure`: an unclear answer, none, or no way to it.
 * `key_refused`: our configuration, or one corporation's own trouble. `neither`: it says nothing, as a 429, or a call that we
 * could not even sign.
 */
export function healthOf(outcome: CallOutcome): 'answer' | 'failure' | 'key_refused' | 'neither' {
  switch (outcome.kind) {
    case 'answered':
      return 'answer';
    case 'refused':
      return outcome.meaning === 'credentials_refused' ? 'key_refused' : 'answer';
    case 'unknown':
      return 'failure';
    case 'not_sent':
      return isOurs(outcome) ? 'neither' : 'failure';
    case 'limited':
    case 'found_named':
      return 'neither';
    default:
      return outcome satisfies never;
  }
}

/** The call was not sent for a reason of our own, as a secret that cannot be read: it says nothing of its cards either. */
export const isOurs = (outcome: CallOutcome): boolean => outcome.kind === 'not_sent' && ours.has(outcome.reason);

/** It was journalled before this process learned that no such call may begin now. */
export const notAsked: CallOutcome = { kind: 'not_sent', reason: 'platform_down' };

export const isNotAsked = (outcome: CallOutcome): boolean => outcome === notAsked;

/** The platform was not even tried. */
const ours: ReadonlySet<string> = new Set([
  'credentials_unavailable',
  'encryption_keys_missing',
  'no_time_left',
  'platform_down',
]);
