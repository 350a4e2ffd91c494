import { describe, expect, it } from 'vitest';
import { gatewayNext } from '../../../infra/kona-check/gateway-reading.ts';
import { summaryLines } from '../../../infra/kona-check/summary.ts';
import { type CaseName, exitCodeOf, verdictOf } from '../../../infra/kona-check/verdict.ts';
import { foldOutcome } from '../../../shared/limit-increase/journal.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCall, aCallingState, aChunk } from '../../support/builders.ts';
import { aResult, listedOutcome, madeCall, par, readWord, refusedOutcome, unknownOutcome } from './builders.ts';

const notFound = refusedOutcome({ code: '003_021', meaning: 'not_found' });
const notSent: CallOutcome = { kind: 'not_sent', reason: 'connect_econnrefused' };
const limited: CallOutcome = { kind: 'limited', httpStatus: 429, breaches: [] };

describe('the verdict on an answer', () => {
  it.each<[string, CaseName, CallOutcome]>([
    ['a card listed as success', 'success', listedOutcome('Success')],
    ['a card listed without a word', 'success', listedOutcome()],
    ['003_021', 'unknownPar', notFound],
    ['003_050', 'alreadyNamed', refusedOutcome()],
  ])('%s is as documented', (_, name, outcome) => {
    expect(verdictOf(name, madeCall(outcome))).toEqual({ verdict: 'as documented', differences: [] });
  });

  it.each<[string, CaseName, CallOutcome, string, string]>([
    [
      'an unknown word',
      'success',
      listedOutcome('완료'),
      'unclear',
      'returnMessage "완료" is not a known word of success',
    ],
    ['a word of refusal', 'success', listedOutcome('Cannot find par'), 'unclear', 'is the text of a refusal'],
    ['an unknown code', 'success', unknownOutcome(), 'unclear', 'HTTP 400 instead of 200'],
    [
      'a 200 that cannot be read',
      'success',
      unknownOutcome({ httpStatus: 200, code: '000_000', reason: 'no_list' }),
      'unclear',
      'unreadable: no_list',
    ],
    [
      'no answer',
      'success',
      { kind: 'unknown', reason: 'timeout', breaches: [] },
      'unclear',
      'no whole answer (timeout)',
    ],
    ['a 429', 'unknownPar', limited, 'unclear', 'HTTP 429 instead of 400'],
    ['the other code', 'unknownPar', refusedOutcome(), 'differs', 'code 003_050 instead of 003_021'],
    ['an unknown card that is named', 'unknownPar', listedOutcome('Success'), 'differs', 'HTTP 200 instead of 400'],
    [
      'a missing echo',
      'alreadyNamed',
      refusedOutcome({ breaches: ['correlation_id_missing'] }),
      'differs',
      'does not echo',
    ],
    ['a refused connection', 'success', notSent, 'not sent', 'connect_econnrefused'],
  ])('%s is not', (_, name, outcome, verdict, difference) => {
    const judged = verdictOf(name, madeCall(outcome));

    expect(judged.verdict).toBe(verdict);
    expect(judged.differences.join('; ')).toContain(difference);
  });

  it('makes the exit code: 2 not sent, 1 otherwise than documented, 0 as documented', () => {
    const good = aResult('success', listedOutcome('Success'));
    const leftOut = { name: 'unknownPar', leftOut: 'needs --unknown-par' } as const;
    const odd = aResult('unknownPar', unknownOutcome());

    expect(exitCodeOf([good, leftOut])).toBe(0);
    expect(exitCodeOf([good, odd])).toBe(1);
    expect(exitCodeOf([odd, aResult('alreadyNamed', notSent)])).toBe(2);
  });

  it('stands in a table of the cases', () => {
    const results = [aResult('success', listedOutcome('Success')), { name: 'unknownPar', leftOut: 'no PAR' } as const];

    expect(summaryLines(results)).toEqual([
      'case           promised     answered     reading  verdict',
      'success        200 000_000  200 000_000  success  as documented',
      'par not found  400 003_021  -            -        left out: no PAR',
    ]);
  });
});

describe('what the gateway would do next', () => {
  const outcomes: [string, CallOutcome][] = [
    ['success', listedOutcome('Success')],
    ['unknown word', listedOutcome('완료')],
    ['word of refusal', listedOutcome('Cannot find par')],
    ['not listed', { kind: 'answered', listed: [], breaches: [] }],
    ['not found', notFound],
    ['already named', refusedOutcome()],
    ['card refused', refusedOutcome({ code: '003_022', meaning: 'card_refused' })],
    ['corporation refused', refusedOutcome({ code: '000_002', meaning: 'corporation_fault' })],
    ['keys refused', refusedOutcome({ httpStatus: 401, meaning: 'credentials_refused' })],
    ['unclear', unknownOutcome()],
    ['limited', limited],
    ['not sent', notSent],
  ];

  it.each(outcomes)('agrees with the journal after %s', (_, outcome) => {
    const chunk = aChunk({ pars: [par] });
    const call = aCall({ positions: [0] });
    const rules = { backoffMs: [60_000] as const, readWord };
    const after = foldOutcome(aCallingState(1), { chunk, call, outcome, at: call.startedAt + 1 }, rules);
    const status = after.results.get(0)?.status;

    const said = /\bends (\w+)/.exec(gatewayNext(madeCall(outcome)))?.[1];
    expect(said).toBe(status);
  });
});
