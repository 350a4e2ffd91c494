import { successCode } from '../../shared/kona/reading-table.ts';
import type { MadeCall } from './make-call.ts';

/** The cases of KONA's page, and what it promises for each. */
export const cases = {
  success: { title: 'success', httpStatus: 200, code: successCode, promise: 'the list holds the card' },
  unknownPar: { title: 'par not found', httpStatus: 400, code: '003_021', promise: 'cannot find par' },
  alreadyNamed: { title: 'already named', httpStatus: 400, code: '003_050', promise: 'the card is already named' },
} as const;

export type CaseName = keyof typeof cases;

/** `unclear`: nothing in the answer says whether the card is named. */
export type Verdict = {
  readonly verdict: 'as documented' | 'differs' | 'unclear' | 'not sent';
  readonly differences: readonly string[];
};

export type CaseResult = { readonly name: CaseName } & (
  | { readonly leftOut: string }
  | ({ readonly call: MadeCall } & Verdict)
);

export function verdictOf(name: CaseName, call: MadeCall): Verdict {
  const { outcome, breaches } = call;
  if (outcome.kind === 'not_sent' || outcome.kind === 'found_named')
    return { verdict: 'not sent', differences: 'reason' in outcome ? [outcome.reason] : [] };
  const differences = [
    ...answerDifferences(name, call),
    ...listingDifferences(name, call),
    ...breaches.map(breachText),
  ];
  if (isUnclear(call)) return { verdict: 'unclear', differences };
  return { verdict: differences.length > 0 ? 'differs' : 'as documented', differences };
}

/** 2: a call could not be sent. 1: an answer differs from the page, or is unclear. */
export function exitCodeOf(results: readonly CaseResult[]): 0 | 1 | 2 {
  const verdicts = results.flatMap((result) => ('verdict' in result ? result.verdict : []));
  if (verdicts.includes('not sent')) return 2;
  return verdicts.every((verdict) => verdict === 'as documented') ? 0 : 1;
}

function isUnclear({ outcome, listedAs }: MadeCall): boolean {
  if (outcome.kind === 'answered') return listedAs?.as !== 'success';
  return outcome.kind === 'unknown' || outcome.kind === 'limited';
}

function answerDifferences(name: CaseName, { outcome }: MadeCall): string[] {
  const promised = cases[name];
  if (!('httpStatus' in outcome) || outcome.httpStatus === undefined)
    return [
      `no whole answer${'reason' in outcome ? ` (${outcome.reason})` : ''} instead of HTTP ${promised.httpStatus}`,
    ];
  const { httpStatus, code } = outcome;
  const differences: string[] = [];
  if (httpStatus !== promised.httpStatus) differences.push(`HTTP ${httpStatus} instead of ${promised.httpStatus}`);
  if (code !== promised.code)
    differences.push(`${code === undefined ? 'no code' : `code ${code}`} instead of ${promised.code}`);
  if (differences.length === 0 && outcome.kind === 'unknown') differences.push(`unreadable: ${outcome.reason}`);
  return differences;
}

function listingDifferences(name: CaseName, { listedAs }: MadeCall): string[] {
  if (name !== 'success' || listedAs === undefined || listedAs.as === 'success') return [];
  if (listedAs.as === 'missing') return ['namedResultList does not hold the card'];
  const kind = listedAs.as === 'refusal' ? 'is the text of a refusal' : 'is not a known word of success';
  return [`returnMessage "${listedAs.word}" ${kind}`];
}

function breachText(breach: string): string {
  switch (breach) {
    case 'correlation_id_missing':
      return 'the answer does not echo X-KM-Correlation-Id';
    case 'correlation_id_differs':
      return 'the answer echoes another X-KM-Correlation-Id';
    case 'card_listed_but_not_sent':
      return 'namedResultList holds a card that was not sent';
    default:
      return breach;
  }
}
