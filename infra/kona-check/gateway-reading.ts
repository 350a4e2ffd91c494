import { readingTable } from '../../shared/kona/reading-table.ts';
import type { RefusalMeaning } from '../../shared/limit-increase/ports.ts';
import type { MadeCall } from './make-call.ts';

/** How the gateway reads the call: label and value, as they are printed. */
export function readingRows(call: MadeCall): [label: string, value: string][] {
  const { recorded, listedAs, breaches, outcome } = call;
  const row = readingTable.find(({ code }) => code === recorded.code);
  const listing =
    listedAs === undefined ? undefined : `${listedAs.as}${'word' in listedAs ? ` ("${listedAs.word}")` : ''}`;
  const wait = 'retryAfterMs' in outcome && outcome.retryAfterMs ? `${outcome.retryAfterMs / 1_000} s` : undefined;
  const rows: [string, string | undefined][] = [
    ['outcome', recorded.name],
    ['reading', recorded.reading],
    ['reason', recorded.reason],
    ['HTTP status', recorded.httpStatus?.toString()],
    ['code', recorded.code],
    ['description', recorded.description],
    ['code is about', outcome.kind === 'refused' ? row?.about : undefined],
    ['final', outcome.kind === 'refused' ? row?.final : undefined],
    ['card listed as', listing],
    ['Retry-After', wait],
    ['breaches', breaches.length > 0 ? breaches.join(', ') : 'none'],
    ['next', gatewayNext(call)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]]));
}

/** What the gateway would do after this answer to the first, single-card call for a card. */
export function gatewayNext({ outcome, listedAs }: MadeCall): string {
  switch (outcome.kind) {
    case 'answered':
      return listedNext[listedAs?.as ?? 'missing'];
    case 'refused':
      return refusedNext[outcome.meaning];
    case 'limited':
      return 'The card stays open. All workers slow down; the call is repeated after Retry-After or the back-off.';
    case 'unknown':
      return 'The card stays open: it may or may not be named. The gateway sends it again after a back-off.';
    case 'not_sent':
      return 'Nothing was sent. The card stays open, and the gateway tries again after a back-off.';
    case 'found_named':
      return 'The card ends already_named: the inquiry says so.';
    default:
      return outcome satisfies never;
  }
}

const listedNext = {
  success: 'The card ends named: a listed card with a known word of success, or without a word, is proof.',
  refusal:
    'The card stays open: the word of a refusal proves nothing here. The gateway sends it again after a back-off.',
  other: 'The card stays open. The gateway sends it again after a back-off; the same word twice raises an alarm.',
  missing: 'The card stays open: it was sent and is not listed. The gateway sends it again after a back-off.',
} as const;

const refusedNext: Readonly<Record<RefusalMeaning, string>> = {
  not_found: 'The card ends not_found, at once.',
  already_named: 'The card ends already_named, at once; namedBy follows from the calls that the ledger holds.',
  card_refused:
    'The card ends rejected. If an earlier call may have named it, only when the same code comes twice, a back-off apart.',
  corporation_fault: "Every card of the list ends rejected: the answer is about one of the corporation's own fields.",
  credentials_refused:
    'No card is judged. The gateway reads the secret again, and sends a new call if it changed; else it waits.',
};
