import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Misbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import { misbehaviourKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { createPlainClient, jsonOf, plainPar, type Seen } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

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

const [one, two] = [plainPar(1), plainPar(2)];
const named = () => [one, two].map((par) => simulator.card(par).state === 'named');
const success = { response: { code: '000_000', description: 'Success' } };
const listed = (par: string, returnMessage = 'Success') => ({ par, returnMessage });

/** Calls with both cards; hangs up as soon as the simulator plays what never ends by itself. */
async function callWith(misbehaviour: Misbehaviour): Promise<Seen> {
  simulator.misbehaveNext(misbehaviour);
  const hungUp = new AbortController();
  const seen = client.name([one, two], hungUp.signal);
  if (misbehaviour.kind === 'hang' || misbehaviour.kind === 'commit_late') {
    await expect.poll(() => simulator.requests()[0]?.played, { interval: 5 }).toBeDefined();
    hungUp.abort();
  }
  await seen;
  await simulator.quiet();
  return seen;
}

const bodyOf = (seen: Seen): Buffer => (seen.end === 'none' ? Buffer.alloc(0) : seen.body);

describe('every kind of misbehaviour', () => {
  const effects: Readonly<Record<string, readonly boolean[]>> = {
    reset_unread: [false, false],
    list_omits_unnamed: [true, false],
    list_words_unnamed: [false, false],
    list_twice_unnamed: [false, false],
  };
  const effectOf = (name: string) => effects[name] ?? Array(2).fill(!name.endsWith('_before_commit'));
  const quick = (misbehaviour: Misbehaviour): Misbehaviour =>
    'everyMs' in misbehaviour ? { ...misbehaviour, everyMs: 1 } : misbehaviour;

  it.each(misbehaviourKinds)('$name takes effect as it says, once, and is logged', async ({ name, misbehaviour }) => {
    const seen = await callWith(quick(misbehaviour));
    expect(named()).toEqual(effectOf(name));
    const [entry, ...more] = simulator.requests();
    expect(more).toEqual([]);
    expect(entry?.played).toMatchObject(quick(misbehaviour));
    expect(entry?.tookEffectOn).toEqual([one, two].filter((_, at) => effectOf(name)[at]));
    expect(entry?.answered?.status).toBe(seen.end === 'none' ? undefined : seen.status);
    expect(await client.name([plainPar(3)])).toMatchObject({ end: 'whole', status: 200 });
  });

  it('has a name of its own', () => {
    expect(new Set(misbehaviourKinds.map(({ name }) => name)).size).toBe(misbehaviourKinds.length);
  });

  it('that tells no lie refuses with no code that is known to be about a card', () => {
    const honest = misbehaviourKinds.filter(({ lies }) => !lies);
    const codes = honest.flatMap(({ misbehaviour }) => ('code' in misbehaviour ? (misbehaviour.code ?? []) : []));
    for (const code of ['003_001', '003_021', '003_022', '003_050']) expect(codes).not.toContain(code);
    expect(honest.length).toBeGreaterThan(50);
  });
});

describe('the line', () => {
  it('is reset before the body is read: the request is logged by its headers alone', async () => {
    expect(await callWith({ kind: 'reset_unread' })).toEqual({ end: 'none', code: 'ECONNRESET' });
    expect(simulator.requests()).toMatchObject([
      { correlationId: '261122101500-0000001', body: Buffer.alloc(0), tookEffectOn: [] },
    ]);
  });

  it('is reset after the body was read', async () => {
    expect(await callWith({ kind: 'reset', when: 'before' })).toEqual({ end: 'none', code: 'ECONNRESET' });
    expect(simulator.requests()[0]?.order?.parList).toEqual([one, two]);
  });

  it('takes effect only after the caller has hung up', async () => {
    await callWith({ kind: 'commit_late', commitAfterMs: 5 });
    const [entry] = simulator.requests();
    expect(entry?.effectSeq).toBeGreaterThan(entry?.finishedSeq ?? Number.POSITIVE_INFINITY);
  });

  it('takes no late effect on cards that another call named meanwhile', async () => {
    simulator.setModes({ alreadyNamedRefuses: 'all' });
    simulator.misbehaveNext({ kind: 'commit_late', commitAfterMs: 0 });
    const hungUp = new AbortController();
    const first = client.name([one, two], hungUp.signal);
    await expect.poll(() => simulator.requests()[0]?.played, { interval: 5 }).toBeDefined();
    await client.name([one]);
    hungUp.abort();
    await first;
    await simulator.quiet();
    simulator.setModes({ alreadyNamedRefuses: 'any' });
    expect(simulator.requests().map(({ tookEffectOn }) => tookEffectOn)).toEqual([[two], [one]]);
  });

  it.each(['slow_headers', 'dripping_body'] as const)('crawls: %s ends in the true answer', async (kind) => {
    const seen = await callWith({ kind, everyMs: 1 });
    expect(seen).toMatchObject({ end: 'whole', status: 200 });
    expect(jsonOf(seen)).toMatchObject(success);
    const [entry] = simulator.requests();
    expect((entry?.finishedAt ?? 0) - (entry?.receivedAt ?? 0)).toBeGreaterThan(50);
  });

  it.each([
    ['content_length', 'cut'],
    ['chunked', 'cut'],
    ['until_close', 'whole'],
  ] as const)('is cut in the middle of the body (%s), which looks %s', async (framing, end) => {
    const seen = await callWith({ kind: 'cut_body', framing });
    expect(seen).toMatchObject({ end, status: 200 });
    expect(() => jsonOf(seen)).toThrow(SyntaxError);
    expect(bodyOf(seen).length).toBeGreaterThan(20);
  });
});

describe('HTTP 200', () => {
  it.each([
    ['html', /^<html>/],
    ['empty', /^$/],
    ['null', /^null$/],
    ['array', /^\[/],
    ['wrong_types', /"code":0,.*"namedResultList":\{/],
    ['no_code', /^\{"namedResultList":\[/],
    ['broken_utf8', /�/],
  ] as const)('with %s', async (form, expected) => {
    const seen = await callWith({ kind: 'garbled_ok', form });
    expect(seen).toMatchObject({ end: 'whole', status: 200 });
    expect(bodyOf(seen).toString()).toMatch(expected);
  });

  it('with another code', async () => {
    const seen = await callWith({ kind: 'ok_other_code', code: '000_999' });
    expect(seen).toMatchObject({ status: 200 });
    expect(jsonOf(seen)).toMatchObject({ response: { code: '000_999' } });
  });

  it('with fewer cards than were sent', async () => {
    expect(jsonOf(await callWith({ kind: 'list_omits' }))).toEqual({ ...success, namedResultList: [listed(one)] });
  });

  it('with a card that was not sent', async () => {
    const seen = await callWith({ kind: 'list_adds', par: plainPar(9) });
    expect(jsonOf(seen)).toMatchObject({ namedResultList: [one, two, plainPar(9)].map((par) => ({ par })) });
    expect(simulator.card(plainPar(9)).state).toBe('known');
  });

  it('with a word that nobody knows', async () => {
    const seen = await callWith({ kind: 'list_words', returnMessage: 'OK', firstOnly: true });
    expect(jsonOf(seen)).toEqual({ ...success, namedResultList: [listed(one, 'OK'), listed(two)] });
  });

  it.each([
    [undefined, '000000000000-0000000'],
    [null, undefined],
  ])('under another correlation ID, or none (%s)', async (correlationId, expected) => {
    const seen = await callWith({ kind: 'echo', correlationId });
    expect(jsonOf(seen)).toMatchObject(success);
    expect(seen.end === 'whole' && seen.headers['x-km-correlation-id']).toBe(expected);
  });

  it('with more than anyone would read, or so once it is unzipped', async () => {
    expect(bodyOf(await callWith({ kind: 'huge_body', bytes: 1_500_000 })).length).toBeGreaterThan(1_500_000);
    const zipped = bodyOf(await callWith({ kind: 'huge_body', bytes: 1_500_000, gzip: true }));
    expect(zipped.length).toBeLessThan(10_000);
    expect(gunzipSync(zipped).length).toBeGreaterThan(1_500_000);
  });

  it('with a refusal where there is no list to tamper with', async () => {
    simulator.setCards([{ par: two, state: 'unknown' }]);
    expect(jsonOf(await callWith({ kind: 'list_omits' }))).toMatchObject({ response: { code: '003_021' } });
  });
});

describe('an encrypted answer', () => {
  const encDataSchema = z.strictObject({ encData: z.string().regex(/^[\w-]+(\.[\w-]+){4}$/) });

  it('has the form of a JWE even where nobody has its key', async () => {
    const { encData } = encDataSchema.parse(jsonOf(await callWith({ kind: 'enc_data' })));
    const header: unknown = JSON.parse(Buffer.from(encData.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toEqual({ alg: 'RSA-OAEP-256', enc: 'A128GCM' });
  });

  it('opens with the private key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { encData } = encDataSchema.parse(jsonOf(await callWith({ kind: 'enc_data', publicKeyPem })));
    const parts = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()]).parse(encData.split('.'));
    const [, encryptedKey, vector, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (!encryptedKey || !vector || !text || !tag) throw new Error('five parts');
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const contentKey = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha256' }, encryptedKey);
    const decipher = createDecipheriv('aes-128-gcm', contentKey, vector);
    decipher.setAAD(Buffer.from(parts[0])).setAuthTag(tag);
    const opened: unknown = JSON.parse(Buffer.concat([decipher.update(text), decipher.final()]).toString());
    expect(opened).toMatchObject(success);
  });
});

describe('other answers', () => {
  it('says 400 without a code that anyone could read', async () => {
    const bodies = [];
    for (const form of ['html', 'empty', 'no_code'] as const) {
      const seen = await callWith({ kind: 'garbled_refusal', form, when: 'before' });
      expect(seen).toMatchObject({ status: 400 });
      bodies.push(bodyOf(seen).toString());
    }
    expect(bodies).toEqual([
      expect.stringMatching(/^<html>/),
      '',
      JSON.stringify({ response: { description: 'Bad Request' } }),
    ]);
  });

  it('says 400 with the code that it was given', async () => {
    const seen = await callWith({ kind: 'refusal', code: '001_006', description: 'User not found', when: 'before' });
    expect(seen).toMatchObject({ status: 400 });
    expect(jsonOf(seen)).toEqual({ response: { code: '001_006', description: 'User not found' } });
  });

  it('says when to come again, if told so', async () => {
    const seen = await callWith({ kind: 'http_status', status: 503, retryAfter: '7' });
    expect(seen).toMatchObject({ status: 503, headers: { 'retry-after': '7', 'content-type': 'text/html' } });
    expect(await callWith({ kind: 'http_status', status: 429 })).not.toHaveProperty('headers.retry-after');
  });

  it('leads a client that follows redirects to a second call', async () => {
    const seen = await callWith({ kind: 'http_status', status: 307 });
    expect(seen).toMatchObject({ status: 307, headers: { location: '/open-api/api/v1/user/namedcard/corp' } });
  });

  it('speaks in the platform’s envelope, if told so', async () => {
    const seen = await callWith({ kind: 'http_status', status: 401, body: 'json', code: '009_001' });
    expect(seen).toMatchObject({ status: 401 });
    expect(jsonOf(seen)).toMatchObject({ response: { code: '009_001' } });
  });
});
