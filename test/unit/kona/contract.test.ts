import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedCardRequest, readNamedCardAnswer } from '../../../shared/kona/contract.ts';
import { parSchema } from '../../../shared/limit-increase/terms.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const first = parSchema.parse('Q180BEA3B2F1BBD8410336D66A4');
const second = parSchema.parse('Q12EA18694F1BBD928C3ADB3048');
const asItIs = (text: string): string => text;
const read = (json: unknown) => readNamedCardAnswer(json, asItIs);

describe('the request', () => {
  it('has its keys in one order, however the corporation was built', () => {
    const body = namedCardRequest(
      { affiliateId: '000170000000001', registrationNumber: '1101', bizLicenseNo: '12', corporationName: '코나' },
      [first, second],
    );

    expect(body).toBe(
      '{"corporationName":"코나","bizLicenseNo":"12","registrationNumber":"1101","affiliateId":"000170000000001",' +
        `"parList":["${first}","${second}"]}`,
    );
  });

  it('leaves an absent affiliateId out', () => {
    const corporation = { corporationName: '코나', bizLicenseNo: '12', registrationNumber: '1101' };

    expect(namedCardRequest({ ...corporation, affiliateId: undefined }, [first])).toBe(
      `{"corporationName":"코나","bizLicenseNo":"12","registrationNumber":"1101","parList":["${first}"]}`,
    );
  });
});

describe('the answer', () => {
  const published = {
    response: { code: '000_000', description: 'success' },
    namedResultList: [{ par: first, returnMessage: '성공' }, { par: second }],
  };
  const meant = {
    code: '000_000',
    description: 'success',
    listed: [{ par: first, returnMessage: '성공' }, { par: second }],
  };

  it('is read as published', () => {
    expect(read(published)).toEqual(meant);
  });

  it('is read without its envelope', () => {
    const { response, namedResultList } = published;

    expect(read({ ...response, namedResultList })).toEqual(meant);
  });

  it('is read with a message in place of a description', () => {
    expect(read({ response: { code: '003_021', message: 'cannot find par' } })).toEqual({
      code: '003_021',
      description: 'cannot find par',
    });
    expect(read({ code: '003_021', message: 'cannot find par' })).toEqual({
      code: '003_021',
      description: 'cannot find par',
    });
  });

  it('may hold fields that nobody told us of, at every level', () => {
    const grown = {
      response: { ...published.response, traceId: 'x' },
      namedResultList: published.namedResultList.map((card) => ({ ...card, balance: 1 })),
      extra: { deep: [1] },
    };

    expect(read(grown)).toEqual(meant);
  });

  it('may hold null for what it does not say', () => {
    expect(
      read({
        response: { code: '000_000', description: null },
        namedResultList: [{ par: first, returnMessage: null }],
      }),
    ).toEqual({ code: '000_000', listed: [{ par: first }] });
  });

  it('may be encrypted', () => {
    expect(read({ encData: 'a.b.c.d.e' })).toEqual({ encData: 'a.b.c.d.e' });
  });

  it.each([null, [], 'text', 7, true, undefined])('is unreadable if it is %j', (json) => {
    expect(read(json)).toBeUndefined();
  });

  it.each([
    ['a list that is none', { namedResultList: 'all' }],
    ['a card without a PAR', { namedResultList: [{ par: first }, { returnMessage: '성공' }] }],
    ['a PAR that is a number', { namedResultList: [{ par: 7 }] }],
    ['a message that is a number', { namedResultList: [{ par: first, returnMessage: 0 }] }],
    ['null for a card', { namedResultList: [null] }],
  ])('lists nothing with %s', (_name, wrong) => {
    expect(read({ ...published, ...wrong })?.listed).toBeUndefined();
    expect(read({ ...published, ...wrong })?.code).toBe('000_000');
  });

  it.each([7, null, '', '   ', {}, 'x'.repeat(201)])('has no code with %j in its place', (code) => {
    expect(read({ response: { code, description: 'd' } })).toEqual({ description: 'd' });
  });

  it('redacts every text of the platform, and no PAR', () => {
    const redactText = (text: string): string => `redacted ${text}`;

    expect(readNamedCardAnswer(published, redactText)).toEqual({
      code: 'redacted 000_000',
      description: 'redacted success',
      listed: [{ par: first, returnMessage: 'redacted 성공' }, { par: second }],
    });
  });

  it.each(['message', 'description'])('is cut to the documented lengths, its %s too, by characters', (field) => {
    const said = { code: '💳'.repeat(200), [field]: '💳'.repeat(201) };
    const listed = [{ par: first, returnMessage: '코'.repeat(500) }];
    expect(read({ response: said, namedResultList: listed })).toEqual({
      code: '💳'.repeat(200),
      description: '💳'.repeat(200),
      listed: [{ par: first, returnMessage: '코'.repeat(100) }],
    });
    expect(read({ ...said, code: '💳'.repeat(201) })?.code).toBeUndefined();
  });

  // failures: F102
  it('is redacted before it is cut, so that no half of a secret is left', () => {
    const redactText = (text: string): string => text.replace('SECRET-OF-OURS', '***');
    const text = `${'x'.repeat(95)}SECRET-OF-OURS`;
    const answer = readNamedCardAnswer({ namedResultList: [{ par: first, returnMessage: text }] }, redactText);
    expect(answer?.listed).toEqual([{ par: first, returnMessage: `${'x'.repeat(95)}***` }]);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (response, namedResultList, code) => {
        const answer = read({ response, namedResultList, code });
        expect(['string', 'undefined']).toContain(typeof answer?.code);
      }),
      replay,
    );
  });
});
