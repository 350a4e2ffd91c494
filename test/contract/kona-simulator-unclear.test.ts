import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMisbehaviourChoice } from '../support/kona-simulator/misbehaviour-choice.ts';
import { misbehaviourKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { createPlainClient, jsonOf, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

// Refusals that say nothing about a card: maintenance, too many requests, codes that no page documents.

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  client = createPlainClient(simulator.url);
});

const unclear: readonly (readonly [string, string, string])[] = [
  ['unclear_maintenance', '000_999', '시스템 점검 중입니다.'],
  ['unclear_too_many_requests', '000_001', 'Too many requests'],
  ['unclear_system_error', '900_001', 'System error'],
  ['unclear_other_form_of_code', 'E-5000', 'Internal server error'],
  ['unclear_timeout', '000_020', 'Timeout while calling the card system'],
  ['unclear_card_code', '003_999', 'Card processing error'],
  ['unclear_user_not_found', '001_006', 'User not found'],
  ['unclear_no_field', '000_002', 'Invalid or empty value'],
  ['unclear_par_token', '020_001', 'Invalid PAR token.'],
];
const kindOf = (name: string) => misbehaviourKinds.find((kind) => kind.name === name);

describe('an unclear refusal', () => {
  it.each(unclear)('%s is answered 400 with %s before and after the commit', async (name, code, description) => {
    for (const [par, when] of [
      [plainPar(1), 'before'],
      [plainPar(2), 'after'],
    ] as const) {
      const misbehaviour = kindOf(`${name}_${when}_commit`)?.misbehaviour ?? { kind: 'reset' };
      simulator.misbehaveNext(misbehaviour);
      const seen = await client.name([par]);
      expect(seen).toMatchObject({ status: 400 });
      expect(jsonOf(seen)).toEqual({ response: { code, description } });
      expect(simulator.card(par).state).toBe(when === 'before' ? 'known' : 'named');
    }
  });

  it.each([...unclear.map(([name]) => name), 'refusal_other_code'])('%s counts as no lie', (name) => {
    expect([kindOf(`${name}_before_commit`)?.lies, kindOf(`${name}_after_commit`)?.lies]).toEqual([false, false]);
  });

  it('is drawn at random, unlike a refusal that lies', () => {
    const choice = createMisbehaviourChoice();
    choice.atRandom({ share: 1, seed: 1 });
    const drawn = Array.from({ length: 3_000 }, () => choice.arriving().early);
    const codes = new Set(drawn.flatMap((played) => (played?.kind === 'refusal' ? played.code : [])));
    expect([...codes].toSorted()).toEqual([...unclear.map(([, code]) => code), '999_999'].toSorted());
  });
});

describe('a refusal that is known to be about a card or a corporation', () => {
  it.each(['refusal_not_found', 'refusal_already_named', 'refusal_corporate_field'])('%s stays a lie', (name) => {
    expect([kindOf(`${name}_before_commit`)?.lies, kindOf(`${name}_after_commit`)?.lies]).toEqual([true, true]);
  });
});
