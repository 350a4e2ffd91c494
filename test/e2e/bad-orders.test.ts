import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCorporation, pars } from '../support/builders.ts';
import { type Gateway, openGateway } from './gateway.ts';

// Whatever is wrong with an order, its sender is told all of it and where, and nothing was written or called.

let gateway: Gateway;
let itemsBefore: number;
beforeAll(async () => {
  gateway = await openGateway();
  itemsBefore = await gateway.itemsWritten();
});
afterAll(() => gateway.close());

const good = { ...aCorporation(), parList: pars(2) };
const key = { 'idempotency-key': 'k' };
const pointers = (...wanted: string[]) => wanted.map((pointer) => expect.objectContaining({ pointer }));

const bodies: readonly [name: string, body: unknown, status: number, errors: unknown[] | undefined][] = [
  ['no fields', {}, 400, pointers('/corporationName', '/bizLicenseNo', '/registrationNumber', '/parList')],
  ['null', null, 400, undefined],
  ['an array', [good], 400, undefined],
  ['a text', '"order"', 400, undefined],
  ['no JSON', '{"corporationName":', 400, undefined],
  ['an empty body', '', 400, undefined],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 400, undefined],
  [
    'numbers for texts',
    { ...good, bizLicenseNo: 1168200276, registrationNumber: 1 },
    400,
    pointers('/bizLicenseNo', '/registrationNumber'),
  ],
  [
    'numbers too long',
    { ...good, bizLicenseNo: '12345678901', registrationNumber: '12345678901234' },
    400,
    pointers('/bizLicenseNo', '/registrationNumber'),
  ],
  ['letters in numbers', { ...good, bizLicenseNo: '11682a0276' }, 400, pointers('/bizLicenseNo')],
  ['a blank name', { ...good, corporationName: ' \u3000 ' }, 400, pointers('/corporationName')],
  ['a name of 81 characters', { ...good, corporationName: '가'.repeat(81) }, 400, pointers('/corporationName')],
  ['a line break in the name', { ...good, corporationName: '주식회사\r\n코나' }, 400, pointers('/corporationName')],
  [
    'a lone surrogate',
    JSON.stringify({ ...good, corporationName: 'x' }).replace('"x"', '"\\ud800"'),
    400,
    pointers('/corporationName'),
  ],
  ['an affiliate ID of 14', { ...good, affiliateId: '1'.repeat(14) }, 400, pointers('/affiliateId')],
  ['unknown fields', { ...good, amount: 1, 'a/b~c': 2 }, 400, pointers('/amount', '/a~1b~0c')],
  ['__proto__', `{"__proto__":{"parList":[]},${JSON.stringify(good).slice(1)}`, 400, pointers('/__proto__')],
  ['no cards', { ...good, parList: [] }, 400, pointers('/parList')],
  [
    'cards that are none',
    { ...good, parList: [pars(1)[0], 'q180bea3b2f1bbd8410336d66a4', 7, null, 'short'] },
    400,
    pointers('/parList/1', '/parList/2', '/parList/3', '/parList/4'),
  ],
  ['1,001 cards', { ...good, parList: pars(1_001) }, 413, undefined],
  ['deep nesting', { ...good, parList: `${'['.repeat(50_000)}` }, 400, pointers('/parList')],
  ['very deep JSON', '['.repeat(100_000), 400, undefined],
  ['a body of megabytes', `{"corporationName":"${'x'.repeat(3_000_000)}"}`, 413, undefined],
];

describe('a body of', () => {
  // failures: F127
  it.each(bodies)('%s is refused with all that is wrong', async (_, body, status, errors) => {
    const reply = await gateway.post(body, key);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body).toMatchObject({
      type: expect.stringMatching(/^\/problems\//),
      title: expect.any(String),
      status,
      detail: expect.any(String),
    });
    if (errors !== undefined) expect(reply.body).toMatchObject({ errors: expect.arrayContaining(errors) });
    expect(JSON.stringify(reply.body)).not.toMatch(/[0-9A-Z]{27}/);
  });
});

describe('an Idempotency-Key that', () => {
  it.each([
    ['is missing', {}],
    ['is empty', { 'idempotency-key': '' }],
    ['has 256 characters', { 'idempotency-key': 'k'.repeat(256) }],
    ['has characters beyond ASCII', { 'idempotency-key': 'schl\u00fcssel' }],
    ['holds a comma, as one that was sent twice does', { 'idempotency-key': 'a, b' }],
    // failures: F124
  ])('%s is refused', async (_, headers) => {
    const reply = await gateway.post(good, headers);
    expect(reply).toMatchObject({ status: 400, body: { type: '/problems/invalid-idempotency-key' } });
  });
});

describe('anything else that is wrong', () => {
  it('is told for another media type', async () => {
    const reply = await gateway.post(good, { ...key, 'content-type': 'text/plain' });
    expect(reply).toMatchObject({ status: 415, body: { type: '/problems/unsupported-media-type' } });
  });

  it.each([
    ['/nowhere', 404],
    ['/v1/limit-increases/00000000000000000000000000', 404],
    ['/v1/limit-increases/nonsense', 400],
    ['/v1/limit-increases/00000000000000000000000000?limit=0&status=lost&cursor=%21', 400],
    ['/v1/cards/short', 400],
    [`/v1/cards/${pars(1, 500)[0]}`, 404],
    ['/v1/calls/261122101500-0a1b2c3', 404],
    ['/v1/calls/x', 400],
  ])('is told at %s', async (path, status) => {
    const reply = await gateway.get(path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('after all that', () => {
  it('nothing was written and KONA PLATE was never called', async () => {
    expect(await gateway.itemsWritten()).toBe(itemsBefore);
    expect(gateway.simulator.requests()).toEqual([]);
  });
});
