import type { RefusalMeaning } from '../limit-increase/ports.ts';

// How an answer other than a success is read. One principle: an answer judges a card only if it can be about nothing
// else. Every code and status that this table does not know is `unclear`: the cards stay open.

export const successCode = '000_000';

type Reading = {
  readonly code: string;
  readonly about: 'card' | 'field';
  /** `field`: what the text names decides, see `readFieldRefusal`. */
  readonly meaning: RefusalMeaning | 'field';
  /**
   * When a single-card call with this answer settles the card. `at_once`: always. `confirmed`: if an earlier call may have
   * named the card, only when the same answer comes twice, a back-off apart.
   */
  readonly final: 'at_once' | 'confirmed';
};

/** Codes as published for this API and its neighbours, always with HTTP 400. The setting `konaRefusalCodes` adds rows. */
export const readingTable: readonly Reading[] = [
  { code: '003_021', about: 'card', meaning: 'not_found', final: 'at_once' },
  { code: '003_050', about: 'card', meaning: 'already_named', final: 'at_once' },
  { code: '003_001', about: 'card', meaning: 'card_refused', final: 'confirmed' },
  { code: '003_022', about: 'card', meaning: 'card_refused', final: 'confirmed' },
  { code: '000_002', about: 'field', meaning: 'field', final: 'confirmed' },
  { code: '000_003', about: 'field', meaning: 'field', final: 'confirmed' },
  { code: '000_015', about: 'field', meaning: 'field', final: 'confirmed' },
];

const tableByCode: ReadonlyMap<string, Reading> = new Map(readingTable.map((row) => [row.code, row]));

/** No setting changes what these mean. */
export const publishedCodes: ReadonlySet<string> = new Set([successCode, ...tableByCode.keys()]);

export type Refusal = {
  readonly httpStatus: number;
  readonly code?: string | undefined;
  readonly description?: string | undefined;
};

/**
 * What a refusal is about. `refusalCodes`: further codes that refuse a card (setting `konaRefusalCodes`). Only 400, 401 and
 * 403 can be refusals: after any other status the cards may or may not be named.
 */
export function readRefusal(
  { httpStatus, code, description = '' }: Refusal,
  refusalCodes: ReadonlySet<string>,
): RefusalMeaning | 'unclear' {
  if (httpStatus === 401 || httpStatus === 403) return 'credentials_refused';
  // guard: refusing-status
  if (httpStatus !== 400 || code === undefined || code === successCode) return 'unclear';
  const row = tableByCode.get(code);
  if (row !== undefined) return row.meaning === 'field' ? readFieldRefusal(description) : row.meaning;
  if (refusalCodes.has(code)) return 'card_refused';
  // The families of cards and users: nobody has published these codes, and their texts speak of a card either way.
  // guard: card-family
  if (/^00[13]_/.test(code)) return 'unclear';
  // guard: unclear-code
  return speaksOfConfiguration(`${inPlainWords(code)} ${inPlainWords(description)}`)
    ? 'credentials_refused'
    : 'unclear';
}

const corporationField = /corporation ?name|biz ?license ?no|registration ?number|affiliate ?id/;
const cardField = /\bpar ?list\b|\bpars?\b/;

/** An empty or invalid value, a missing one, or one of a wrong length: the field that the text names is at fault. */
function readFieldRefusal(description: string): RefusalMeaning | 'unclear' {
  const text = inPlainWords(description);
  const named: RefusalMeaning[] = [];
  if (corporationField.test(text)) named.push('corporation_fault');
  if (cardField.test(text)) named.push('card_refused');
  if (speaksOfConfiguration(text)) named.push('credentials_refused');
  // guard: field-named
  const [only = 'unclear', ...others] = named;
  return others.length === 0 ? only : 'unclear';
}

/** Our headers and keys by their own names: no card has such. */
const configurationNames: readonly RegExp[] = [
  /\bx km [a-z]/,
  /\b(?:access|secret|api|crypto|encryption|project|hmac) ?keys?\b/,
  /\bsignatures?\b|\bhmac\b|서명/,
  /\btran ?(?:token|time)\b|\basp ?id\b/,
  /(?:액세스|엑세스|접근|시크릿|비밀|암호화|인증|api) ?키/,
];

/** Words that a text about a card may hold too: payment networks call a card's reference a token. */
const configurationWords: readonly RegExp[] = [
  /\bheaders?\b|헤더/,
  /\btokens?\b|토큰/,
  /\b(?:invalid|inactive|discarded|expired|unknown|wrong|missing|no) key\b/,
  /\bkey (?:id )?(?:is |was |has been )?(?:not|invalid|inactive|discarded|expired|unknown|wrong|missing)\b/,
];

const cardWord = /\b(?:cards?|pars?|par ?list|pans?|payment|device)\b|카드|결제/;

function speaksOfConfiguration(text: string): boolean {
  if (configurationNames.some((name) => name.test(text))) return true;
  return !cardWord.test(text) && configurationWords.some((word) => word.test(text));
}

/** `X-KM-Tran-Token`, `tranToken` and `TRAN_TOKEN` all become `tran token`. */
function inPlainWords(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}
