import { describe, expect, it } from 'vitest';
import { readOrderRequest } from '../../../shared/http/order-request.ts';
import { aCorporation, aPar, pars } from '../../support/builders.ts';

const order = { ...aCorporation(), parList: [aPar()] };

type Sent = { headers: Record<string, string>; body?: string | undefined; isBase64Encoded: boolean };

function read(body: unknown, { headers, ...over }: Partial<Sent> = {}) {
  const sent: Sent = {
    headers: { 'content-type': 'application/json', 'idempotency-key': 'order-1', ...headers },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    isBase64Encoded: false,
    ...over,
  };
  return readOrderRequest({
    ...{ routeKey: 'POST /v1/limit-increases', pathParameters: {}, queryStringParameters: {} },
    requestContext: { requestId: 'r' },
    ...sent,
  });
}

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const problemIn = (answer: ReturnType<typeof read>) => ('problem' in answer ? answer.problem : undefined);

describe('the body of an order', () => {
  it.each([
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['Application/JSON;charset="UTF-8"'],
    ['application/vnd.example+json'],
  ])('may come as %s', (type) => {
    expect(read(order, { headers: { 'content-type': type } })).toMatchObject({ key: 'order-1' });
  });

  it.each([['text/plain'], ['application/json; charset=euc-kr'], ['multipart/form-data'], ['text/json'], ['']])(
    'is refused with 415 as %j',
    (type) => {
      const problem = problemIn(read(order, { headers: { 'content-type': type } }));
      expect(problem).toMatchObject({ type: '/problems/unsupported-media-type', status: 415 });
    },
  );

  it('may come as base64, with a byte order mark', () => {
    const body = base64(`\ufeff${JSON.stringify(order)}`);
    expect(read(body, { isBase64Encoded: true })).toEqual(read(order));
  });

  it.each([
    ['nothing', undefined, false, 'it is empty'],
    ['blanks', ' \n', false, 'it is empty'],
    ['bytes that are not UTF-8', base64(Uint8Array.of(0x7b, 0xff, 0x7d)), true, 'it holds other bytes'],
    ['a JSON that is cut off', '{"parList": [', false, 'it cannot be parsed'],
    ['a JSON with a comma too many', '{"a":1,}', false, 'at character 7'],
    ['no JSON', `${aPar()}`, false, 'it cannot be parsed'],
    ['very deep JSON that is cut off', '['.repeat(200_000), false, 'it cannot be parsed'],
  ])(
    'of %s is refused with 400 and the place, as far as it is known, without quoting it',
    (_, body, isBase64Encoded, detail) => {
      const problem = problemIn(read(body, { isBase64Encoded }));
      expect(problem).toMatchObject({
        type: '/problems/invalid-json',
        status: 400,
        detail: expect.stringContaining(detail),
      });
      expect(problem?.detail).not.toContain(aPar());
    },
  );

  // failures: F127
  it('of more than 262,144 bytes is refused with 413, however few characters that is', () => {
    const body = JSON.stringify({ ...order, corporationName: '가'.repeat(90_000) });
    const problem = problemIn(read(body));
    expect(problem).toMatchObject({ type: '/problems/body-too-large', status: 413 });
    expect(problem?.detail).toContain(`it has ${Buffer.byteLength(body)}`);
  });

  it('with two lists of cards is refused: parsed JSON would hold the second alone', () => {
    const body = JSON.stringify(order).replace(/}$/, `,"parList":["${aPar(2)}"]}`);
    expect(problemIn(read(body))).toMatchObject({
      ...{ type: '/problems/invalid-order', status: 400 },
      errors: [{ pointer: '/parList', detail: 'stands more than once' }],
    });
  });

  // failures: F125
  it('of 1,001 cards is refused with 413', () => {
    const problem = problemIn(read({ ...order, parList: pars(1_001) }));
    expect(problem).toMatchObject({ type: '/problems/too-many-cards', status: 413, errors: [{ pointer: '/parList' }] });
  });
});

describe('the Idempotency-Key', () => {
  it.each([['a'], ['order 2026-11-22/7 "x"'], ['k'.repeat(255)], [' padded ']])('may be %j', (key) => {
    expect(read(order, { headers: { 'idempotency-key': key } })).toMatchObject({ key: key.trim() });
  });

  it.each([
    ['empty', '', 'must not be empty'],
    ['blank', '  ', 'must not be empty'],
    ['too long', 'k'.repeat(256), 'at most 255 characters, has 256'],
    ['not ASCII', '주문', 'printable ASCII'],
    ['with a line break', 'a\r\nx-evil: 1', 'printable ASCII'],
    ['with a DEL', 'a\u007f', 'printable ASCII'],
    ['sent twice', 'a,b', 'no comma'],
    // failures: F124
  ])('is refused if it is %s', (_, key, detail) => {
    const problem = problemIn(read(order, { headers: { 'idempotency-key': key } }));
    expect(problem).toMatchObject({ type: '/problems/invalid-idempotency-key', status: 400 });
    expect(problem?.errors).toEqual([{ header: 'Idempotency-Key', detail: expect.stringContaining(detail) }]);
  });

  it('is told missing together with all that is wrong with the order', () => {
    const sent = { headers: { 'content-type': 'application/json' }, body: '{"x":1}', isBase64Encoded: false };
    const request = {
      routeKey: 'r',
      pathParameters: {},
      queryStringParameters: {},
      requestContext: { requestId: 'r' },
    };
    const problem = problemIn(readOrderRequest({ ...request, ...sent }));
    expect(problem).toMatchObject({ type: '/problems/invalid-order', detail: expect.stringContaining('6 faults') });
    expect(
      problem?.errors?.map((fault) => ('header' in fault ? fault.header : 'pointer' in fault && fault.pointer)),
    ).toEqual(['Idempotency-Key', '/corporationName', '/bizLicenseNo', '/registrationNumber', '/parList', '/x']);
  });
});
