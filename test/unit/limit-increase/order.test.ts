import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fingerprint,
  type Order,
  type OrderReading,
  parsPerOrderMax,
  readOrder,
  requestIdOf,
  requestIdSchema,
} from '../../../shared/limit-increase/order.ts';
import { aPar, pars } from '../../support/builders.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

const aBody = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  corporationName: '주식회사 코나',
  bizLicenseNo: '1168200276',
  registrationNumber: '1101110062432',
  affiliateId: '000170000000001',
  parList: [aPar(1), aPar(2)],
  ...over,
});

function orderIn(body: unknown): Order {
  const reading = readOrder(body);
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.order;
}

const faultsIn = (reading: OrderReading) => (reading.ok ? [] : reading.faults);
const pointersIn = (body: unknown) => faultsIn(readOrder(body)).map(({ pointer }) => pointer);
const faultsOf = (over: Record<string, unknown>) => faultsIn(readOrder(aBody(over)));

describe('reading an order', () => {
  it('takes a well-formed order as it is', () => {
    expect(readOrder(aBody())).toEqual({
      ok: true,
      order: {
        corporation: {
          corporationName: '주식회사 코나',
          bizLicenseNo: '1168200276',
          registrationNumber: '1101110062432',
          affiliateId: '000170000000001',
        },
        parList: [aPar(1), aPar(2)],
      },
    });
  });

  it('leaves an affiliateId out that was left out', () => {
    const { affiliateId: _, ...body } = aBody();
    expect(orderIn(body).corporation).not.toHaveProperty('affiliateId');
  });

  it('trims blanks, drops the hyphens of the two numbers and no others', () => {
    const corporationName = ' 코나-아이 \t';
    const body = aBody({ corporationName, bizLicenseNo: ' 116-82-00276', registrationNumber: '110111-0062432\n' });
    const { corporation } = orderIn({ ...body, parList: [` ${aPar()} `] });
    expect(corporation).toMatchObject({
      corporationName: '코나-아이',
      bizLicenseNo: '1168200276',
      registrationNumber: '1101110062432',
    });
  });

  // failures: F125
  it('merges repeated cards and keeps the order in which they came first', () => {
    const parList = [aPar(3), aPar(1), ` ${aPar(3)}`, aPar(2), aPar(1)];
    expect(orderIn(aBody({ parList })).parList).toEqual([aPar(3), aPar(1), aPar(2)]);
  });

  it.each([
    ['80 Korean syllables', '가'.repeat(80)],
    ['80 Korean syllables that were sent decomposed', '각'.repeat(80).normalize('NFD')],
    ['80 characters beyond the first plane', '🏦'.repeat(80)],
    ['(주) and ㈜', '(주)코나 ㈜'],
    // failures: F128
  ])('takes a name of %s', (_, corporationName) => {
    expect(orderIn(aBody({ corporationName })).corporation.corporationName).toBe(corporationName.normalize('NFC'));
  });

  // failures: F125
  it('takes 1 and 1,000 cards', () => {
    expect(orderIn(aBody({ parList: [aPar()] })).parList).toHaveLength(1);
    expect(orderIn(aBody({ parList: pars(parsPerOrderMax) })).parList).toHaveLength(1_000);
  });

  it('refuses 1,001 cards as a fault of its own, counted as sent', () => {
    const reading = readOrder(aBody({ parList: Array.from({ length: 1_001 }, () => aPar()), bizLicenseNo: '' }));
    expect(reading).toMatchObject({ ok: false, tooManyCards: true });
    expect(faultsIn(reading)).toContainEqual({
      pointer: '/parList',
      detail: 'must be an array of 1 to 1000 PARs; it has 1001: send several orders',
    });
    expect(faultsIn(reading)).toHaveLength(2);
  });
});

describe('refusing an order', () => {
  it.each([
    ['a name of 81 characters', { corporationName: '가'.repeat(81) }, '/corporationName', 'it has 81 characters'],
    ['a name of blanks', { corporationName: ' \u00a0 ' }, '/corporationName', 'it is empty'],
    ['a name that is null', { corporationName: null }, '/corporationName', 'it is null'],
    ['a line break', { corporationName: 'a\r\nb' }, '/corporationName', 'it holds a control character (U+000D)'],
    ['a line separator', { corporationName: 'a\u2028b' }, '/corporationName', 'it holds a control character (U+2028)'],
    ['a NUL in an ID', { affiliateId: '00017000000000\0' }, '/affiliateId', 'it holds a control character (U+0000)'],
    ['half a character', { corporationName: 'a\ud83c' }, '/corporationName', 'it holds half of a surrogate pair'],
    ['what was no UTF-8', { corporationName: '\ufffd\ufffd' }, '/corporationName', 'it holds U+FFFD'],
    ['a number of 11 digits', { bizLicenseNo: '116-82-002761' }, '/bizLicenseNo', 'it has 11 characters'],
    ['a number with letters', { bizLicenseNo: '11682O0276' }, '/bizLicenseNo', 'it has another character in place 6'],
    ['digits of other scripts', { bizLicenseNo: '１１６' }, '/bizLicenseNo', 'it has another character in place 1'],
    ['a number as a JSON number', { bizLicenseNo: 1168200276 }, '/bizLicenseNo', 'it is a number'],
    ['hyphens only', { registrationNumber: '---' }, '/registrationNumber', 'it is empty'],
    ['14 digits', { registrationNumber: '1'.repeat(14) }, '/registrationNumber', 'it has 14 characters'],
    ['an ID of 14 characters', { affiliateId: '0'.repeat(14) }, '/affiliateId', 'it has 14 characters'],
    ['an ID that is empty', { affiliateId: '' }, '/affiliateId', 'it is empty'],
    ['no cards', { parList: [] }, '/parList', 'it is empty'],
    ['cards that are a text', { parList: aPar() }, '/parList', 'it is a string'],
    ['a card that is too short', { parList: [aPar(1), aPar(2).slice(1)] }, '/parList/1', 'it has 26 characters'],
    ['a card in small letters', { parList: [aPar(171).toLowerCase()] }, '/parList/0', 'another character in place 1'],
    ['a card that is an array', { parList: [[aPar()]] }, '/parList/0', 'it is an array'],
    ['an unknown field', { limit: 2_000_000 }, '/limit', 'is unknown; known are corporationName, bizLicenseNo'],
    ['a field of an odd name', { 'a/b~c': 1 }, '/a~1b~0c', 'is unknown'],
    // failures: F128
  ])('names %s with its pointer, what is wanted and what was given', (_, over, pointer, given) => {
    expect(faultsOf(over)).toEqual([{ pointer, detail: expect.stringContaining(given) }]);
  });

  it('names every fault at once', () => {
    const body = { corporationName: '', bizLicenseNo: 'x', affiliateId: '1', parList: ['', aPar(), 'y'], extra: 1 };
    expect(pointersIn(body)).toEqual([
      '/corporationName',
      '/bizLicenseNo',
      '/registrationNumber',
      '/affiliateId',
      '/parList/0',
      '/parList/2',
      '/extra',
    ]);
  });

  it.each([[null], [undefined], [[]], ['text'], [7], [true]])('tells of %j that it is no object', (body) => {
    expect(pointersIn(body)).toEqual(['']);
  });

  // failures: F127
  it('takes __proto__ for the name of a field, and learns nothing from it', () => {
    const smuggled = JSON.stringify(aBody());
    expect(pointersIn(JSON.parse(`{"__proto__":${smuggled}}`))).toEqual([
      '/corporationName',
      '/bizLicenseNo',
      '/registrationNumber',
      '/parList',
      '/__proto__',
    ]);
    expect(pointersIn({ constructor: 1, ...aBody() })).toEqual(['/constructor']);
  });

  it('never says a whole PAR', () => {
    const told = JSON.stringify(
      faultsOf({ parList: [`${aPar(9)}0`, `${aPar(9)}\u0007`], corporationName: aPar(9).repeat(4) }),
    );
    expect(told).not.toContain(aPar(9));
  });

  it('lists a hundred unknown fields and counts the rest', () => {
    const strangers = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 0]));
    const faults = faultsOf(strangers);
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toEqual({ pointer: '', detail: 'has 4900 more unknown fields' });
  });

  // failures: F127
  it('holds against JSON of any depth and shape', () => {
    expect(pointersIn(aBody({ parList: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) }))).toEqual([
      '/parList/0',
    ]);
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (value, fields) => {
        for (const body of [value, fields, { ...aBody(), ...fields }, aBody({ parList: value })]) {
          const reading = readOrder(body);
          expect(reading.ok || reading.faults.length > 0).toBe(true);
        }
      }),
      replay,
    );
  });
});

describe('the canonical form', () => {
  const someBody = fc.record({
    corporationName: fc.constantFrom('주식회사 코나', '㈜코나', 'Kona 각'),
    bizLicenseNo: fc.stringMatching(/^[0-9]{1,10}$/),
    registrationNumber: fc.stringMatching(/^[0-9]{1,13}$/),
    parList: fc.uniqueArray(fc.integer({ min: 1, max: 50 }).map(aPar), { minLength: 1, maxLength: 8 }),
  });
  const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length });

  // failures: F123
  it('is the same whatever the order of keys and cards, blanks, hyphens, repeats and composition of letters', () => {
    const writtenTwice = someBody.chain((body) =>
      fc.record({
        body: fc.constant(body),
        names: shuffled(Object.keys(body)),
        cards: shuffled(body.parList),
        blank: fc.constantFrom('', ' ', '\t'),
      }),
    );
    fc.assert(
      fc.property(writtenTwice, ({ body, names, cards, blank }) => {
        const other: Record<string, unknown> = {
          corporationName: `${blank}${body.corporationName.normalize('NFD')}${blank}`,
          bizLicenseNo: `${body.bizLicenseNo.slice(0, 1)}-${body.bizLicenseNo.slice(1)}`,
          registrationNumber: `${blank}${body.registrationNumber}`,
          parList: [...cards, ...cards.slice(0, 1)],
        };
        const reordered = Object.fromEntries(names.map((name) => [name, other[name]]));
        expect(fingerprint(orderIn(reordered))).toBe(fingerprint(orderIn(body)));
      }),
      replay,
    );
  });

  it('differs when anything else differs', () => {
    fc.assert(
      fc.property(someBody, someBody, (a, b) => {
        const [one, other] = [orderIn(a), orderIn(b)];
        const same =
          JSON.stringify({ ...one.corporation, cards: [...one.parList].sort() }) ===
          JSON.stringify({ ...other.corporation, cards: [...other.parList].sort() });
        expect(fingerprint(one) === fingerprint(other)).toBe(same);
      }),
      replay,
    );
    const { affiliateId: _, ...without } = aBody();
    const prints = [aBody(), without, aBody({ corporationName: 'x' }), aBody({ bizLicenseNo: '1' })].map((body) =>
      fingerprint(orderIn(body)),
    );
    expect(new Set(prints).size).toBe(4);
  });

  it('stays what it was when it was first stored', () => {
    expect(fingerprint(orderIn(aBody()))).toBe('v1:c4aedcf753196f1dfb6eb2d527579b0a0d402b1cac192fe8a03369c975c1c41b');
  });
});

describe('a request’s ID', () => {
  it('is 26 characters that no eye confuses, and the same for the same caller and key', () => {
    const id = requestIdOf('123456789012/AROAEXAMPLE', 'order-1');
    expect(requestIdSchema.safeParse(id).success).toBe(true);
    expect(requestIdOf('123456789012/AROAEXAMPLE', 'order-1')).toBe(id);
    expect(id).toBe('60S2RXB4CMSSR6ZSDEAVB9WYJP');
  });

  it('differs for another caller or key, however their texts join', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        fc.pre(b !== '');
        expect(requestIdOf(a + b, c)).not.toBe(requestIdOf(a, b + c));
      }),
      replay,
    );
  });
});
