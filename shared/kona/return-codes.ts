import type { RefusalMeaning } from '../limit-increase/ports.ts';

// The only place that knows KONA's codes. A wrong `card_refused` may reject a card for a fault of ours, a wrong
// `credentials_refused` leaves a card open under an alarm: both cost, so codes are asked before texts, and a code
// that is known to speak of a card is never judged by its text.

export const successCode = '000_000';

/** As published for this API and its neighbours, always with HTTP 400. */
const meaningByCode: ReadonlyMap<string, RefusalMeaning> = new Map([
  ['003_021', 'not_found'],
  ['003_050', 'already_named'],
  ['001_006', 'card_refused'],
  ['003_001', 'card_refused'],
  ['003_022', 'card_refused'],
]);

/** Empty or invalid value, required value missing, wrong length: the description may name the field. */
const fieldFaultCodes: ReadonlySet<string> = new Set(['000_002', '000_003', '000_015']);

const corporationFields = /corporation ?name|biz ?license ?no|registration ?number|affiliate ?id/;
const cardFields = /\bpar ?list\b|\bpars?\b/;

/** Our configuration's words, looked for in a text that `inPlainWords` has evened out. */
const credentialWords: readonly RegExp[] = [
  /\bx km [a-z]/,
  /\bheaders?\b|헤더/,
  /\b(?:access|secret|api|crypto|encryption|project|hmac) ?keys?\b/,
  /\b(?:invalid|inactive|discarded|expired|unknown|wrong|missing|no) key\b/,
  /\bkey (?:id )?(?:is |was |has been )?(?:not|invalid|inactive|discarded|expired|unknown|wrong|missing)\b/,
  /\bsignatures?\b|\bhmac\b|서명/,
  // Payment networks call a card's stand-in number a token too.
  /(?<!\b(?:card|payment|device) ?)\btokens?\b|\btran ?token\b|(?<!카드 ?)토큰/,
  /\basp ?id\b|\btran ?time\b/,
  /(?:액세스|엑세스|접근|시크릿|비밀|암호화|인증|api) ?키/,
];

export type Refusal = {
  readonly httpStatus: number;
  readonly code?: string | undefined;
  readonly description?: string | undefined;
};

/**
 * What a refusal speaks of; `unknown` if it does not say readably, or if the status tells nothing of what was done.
 * Only 400, 401 and 403 can be refusals: after any other status the cards may or may not be named.
 */
export function meaningOfRefusal({ httpStatus, code, description = '' }: Refusal): RefusalMeaning | 'unknown' {
  if (httpStatus === 401 || httpStatus === 403) return 'credentials_refused';
  // Success and refusal at once: believe neither.
  if (httpStatus !== 400 || code === undefined || code === successCode) return 'unknown';

  const known = meaningByCode.get(code);
  if (known !== undefined) return known;

  const text = inPlainWords(description);
  if (fieldFaultCodes.has(code)) {
    if (corporationFields.test(text)) return 'corporation_fault';
    if (cardFields.test(text)) return 'card_refused';
  }
  // The family 003 is that of the cards.
  if (code.startsWith('003_')) return 'card_refused';

  const spoken = `${inPlainWords(code)} ${text}`;
  return credentialWords.some((word) => word.test(spoken)) ? 'credentials_refused' : 'card_refused';
}

/** `X-KM-Tran-Token`, `tranToken` and `TRAN_TOKEN` all become `tran token`. */
function inPlainWords(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}
