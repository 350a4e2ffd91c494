import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import {
  createPlainClient,
  jsonOf,
  type PlainCall,
  plainCorporation,
  plainPar,
  sendPlain,
  signedCall,
} from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator();
  client = createPlainClient(simulator.url);
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  simulator.setCredentials([simulatedCredentials]);
});

const order = { ...plainCorporation, parList: [plainPar(1)] };
const refusal = (code: string, description: string) => ({ response: { code, description } });
const missing = (field: string) => refusal('000_003', `Required value is missing : ${field}`);
const invalid = (field: string) => refusal('000_002', `Invalid or empty value : ${field}`);
const wrongLength = (field: string) => refusal('000_015', `Invalid length : ${field}`);
const unknownKey = refusal('900_001', 'Invalid X-KM-Access-Key');
const badSignature = refusal('900_002', 'Invalid signature in X-KM-Tran-Token');

/** Without the header if its value is undefined. */
function withHeader(name: string, value: string | undefined): PlainCall {
  const { headers, body } = client.sign(order);
  const others = Object.entries(headers).filter(([header]) => header !== name);
  return { headers: Object.fromEntries(value === undefined ? others : [...others, [name, value]]), body };
}

const token = (time: string): string =>
  `KMV1:${time}:${createHmac('sha256', simulatedCredentials.secretKey).update(JSON.stringify(order)).digest('base64')}`;

describe('headers', () => {
  it.each([
    'X-KM-User-AspId',
    'X-KM-Correlation-Id',
    'X-KM-Access-Key',
    'X-KM-Tran-Token',
    'X-KM-Tran-Time',
    'X-KM-Time-Zone',
  ])('misses %s', async (name) => {
    const seen = await client.send(withHeader(name, undefined));
    expect(seen).toMatchObject({ status: 400 });
    expect(jsonOf(seen)).toEqual(missing(name));
  });

  it.each([
    ['X-KM-User-AspId', 'SIMULATOR00001'],
    ['X-KM-Access-Key', `${simulatedCredentials.accessKey}0`],
    ['X-KM-Tran-Token', token('20261122101500123').slice(0, 66)],
    ['X-KM-Tran-Time', '2026112210150012'],
    ['X-KM-Time-Zone', 'Asia/Seoul'],
  ])('refuses %s of another length', async (name, value) => {
    expect(jsonOf(await client.send(withHeader(name, value)))).toEqual(wrongLength(name));
  });

  it.each(['261122101500-0000001a', '261122101500-000001'])('falls over a correlation ID like %s', async (value) => {
    const seen = await client.send(withHeader('X-KM-Correlation-Id', value));
    expect(seen).toMatchObject({ status: 500, body: Buffer.alloc(0) });
  });

  it.each([
    ['X-KM-User-AspId', 'SIMULATOR-00001'],
    ['X-KM-Correlation-Id', '261122101500-000000g'],
    ['X-KM-Correlation-Id', '261122101500_0000001'],
    ['X-KM-Tran-Token', `KMV2${token('20261122101500123').slice(4)}`],
    ['X-KM-Tran-Token', token('2026112210150012a')],
    ['X-KM-Tran-Time', '20261322101500'],
    ['X-KM-Time-Zone', 'kst'],
    ['Content-Type', 'text/plain'],
    ['Accept', 'text/html'],
  ])('refuses %s of another form: %s', async (name, value) => {
    expect(jsonOf(await client.send(withHeader(name, value)))).toEqual(invalid(name));
  });

  it.each([
    ['X-KM-Tran-Token', token('20261122101501123'), 'X-KM-Tran-Token'],
    ['X-KM-Correlation-Id', '261122101501-0000001', 'X-KM-Correlation-Id'],
    ['X-KM-Tran-Time', '20261122101501', 'X-KM-Tran-Token'],
  ])('refuses %s of another moment than the rest', async (name, value, blamed) => {
    expect(jsonOf(await client.send(withHeader(name, value)))).toEqual(invalid(blamed));
  });

  it('counts what is malformed as a violation, and names no card', async () => {
    await client.send(withHeader('X-KM-Time-Zone', undefined));
    expect(simulator.violations()).toMatchObject([{ violation: 'malformed_request' }]);
    expect(simulator.card(plainPar(1)).state).toBe('known');
  });
});

describe('method and path', () => {
  it('knows one path and one method', async () => {
    const call = client.sign(order);
    const at = (path: string, method: string) => sendPlain(`${simulator.url}${path}`, call, undefined, method);
    expect(await at('/api/v1/user/namedcard', 'POST')).toMatchObject({ status: 404 });
    expect(await at('/api/v1/user/namedcard/corp', 'PUT')).toMatchObject({ status: 405 });
  });
});

describe('the signature', () => {
  // failures: F139
  it('covers the bytes that were sent: the same JSON with other blanks is another body', async () => {
    const spaced = Buffer.from(`${JSON.stringify(order)} `);
    const { headers } = client.sign(order);
    expect(jsonOf(await client.send({ headers, body: spaced }))).toEqual(badSignature);
    expect(await client.send(signedCall(spaced, 0xf000001))).toMatchObject({ status: 200 });
  });

  it('is over UTF-8: a Korean name signed in UTF-16 is refused', async () => {
    const text = JSON.stringify(order);
    const signed = signedCall(Buffer.from(text, 'utf16le'), 0xf000002);
    const seen = await client.send({ headers: signed.headers, body: Buffer.from(text) });
    expect(seen).toMatchObject({ status: 401 });
    expect(jsonOf(seen)).toEqual(badSignature);
  });

  it('is refused when the secret is another', async () => {
    expect(jsonOf(await client.send(client.sign(order, { ...simulatedCredentials, secretKey: 'other' })))).toEqual(
      badSignature,
    );
  });

  it('goes with an active key of the same ASP; keys may be rotated at run time', async () => {
    const next = { aspId: simulatedCredentials.aspId, accessKey: 'b'.repeat(40), secretKey: 'short' };
    expect(jsonOf(await client.send(client.sign(order, next)))).toEqual(unknownKey);
    simulator.setCredentials([{ ...simulatedCredentials, active: false }, next]);
    const refused = await client.send(client.sign(order));
    expect(refused).toMatchObject({ status: 401 });
    expect(jsonOf(refused)).toEqual(unknownKey);
    expect(await client.send(client.sign(order, next))).toMatchObject({ status: 200 });
    expect(jsonOf(await client.send(client.sign(order, { ...next, aspId: 'SOMEBODYELSE001' })))).toEqual(unknownKey);
    expect(simulator.violations()).toEqual([]);
  });
});

describe('the body', () => {
  it.each(['corporationName', 'bizLicenseNo', 'registrationNumber', 'parList'])('misses %s', async (field) => {
    expect(jsonOf(await client.send(client.sign({ ...order, [field]: undefined })))).toEqual(missing(field));
    expect(jsonOf(await client.send(client.sign({ ...order, [field]: null })))).toEqual(missing(field));
  });

  it.each([
    ['corporationName', '가'.repeat(81)],
    ['bizLicenseNo', '12345678901'],
    ['registrationNumber', '12345678901234'],
    ['affiliateId', '00017000000001'],
    ['affiliateId', '0001700000000011'],
    ['parList', [plainPar(1), `${plainPar(2)}0`]],
  ])('refuses %s of a wrong length', async (field, value) => {
    expect(jsonOf(await client.send(client.sign({ ...order, [field]: value })))).toEqual(wrongLength(field));
  });

  it.each([
    ['corporationName', ''],
    ['corporationName', '  '],
    ['corporationName', 7],
    ['bizLicenseNo', '116-820027'],
    ['bizLicenseNo', 1168200276],
    ['registrationNumber', '110111-006243'],
    ['parList', []],
    ['parList', plainPar(1)],
    ['parList', [1]],
    ['parList', [plainPar(10).toLowerCase()]],
  ])('refuses %s like %j', async (field, value) => {
    expect(jsonOf(await client.send(client.sign({ ...order, [field]: value })))).toEqual(invalid(field));
  });

  it('takes every field at its limits, lengths counted in code points', async () => {
    const full = {
      corporationName: '😀'.repeat(80),
      bizLicenseNo: '1',
      registrationNumber: '1',
      affiliateId: '000170000000001',
      parList: [plainPar(1)],
    };
    expect(await client.send(client.sign(full))).toMatchObject({ status: 200 });
    expect(simulator.requests()[0]?.order).toEqual(full);
  });

  it.each([
    ['no JSON', Buffer.from('{"parList":')],
    ['an array', Buffer.from('[]')],
    ['broken UTF-8', Buffer.concat([Buffer.from('{"corporationName":"'), Buffer.of(0xff), Buffer.from('"}')])],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_, body) => {
    expect(jsonOf(await client.send(signedCall(body, 0xf000003)))).toEqual(invalid('body'));
  });
});
