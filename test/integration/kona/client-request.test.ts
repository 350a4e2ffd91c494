import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createKeepAliveAgent } from '../../../shared/kona/connection-pool.ts';
import { aCall, answer, credentialsOf, par, platformAt, secret, success } from './given-platform.ts';
import { type ReceivedRequest, startPeer } from './raw-peer.ts';

/** What the platform must compute to believe us: openssl's HMAC over the bytes that came over the wire. */
const tokenFor = (body: Buffer): string => {
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-hmac', secret.secretKey, '-binary'], { input: body });
  return `KMV1:20261122101500007:${digest.toString('base64')}`;
};

const headersOf = ({ head }: ReceivedRequest): Map<string, string> =>
  new Map(
    head
      .split('\r\n')
      .slice(1)
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );

const onlyOne = (requests: readonly ReceivedRequest[]): ReceivedRequest => {
  const [request] = requests;
  if (request === undefined || requests.length > 1) throw new Error(`${requests.length} requests came`);
  return request;
};

describe('the request on the wire', () => {
  it('has the published path and headers, and nothing else of ours', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    await platformAt(peer.port).call(aCall);
    const request = onlyOne(peer.requests);

    expect(request.head).toMatch(/^POST \/open-api\/api\/v1\/user\/namedcard\/corp HTTP\/1\.1\r\n/);
    expect(Object.fromEntries(headersOf(request))).toEqual({
      'X-KM-User-AspId': secret.aspId,
      'X-KM-Correlation-Id': aCall.correlationId,
      'X-KM-Access-Key': secret.accessKey,
      'X-KM-Tran-Token': tokenFor(request.body),
      'X-KM-Tran-Time': '20261122101500',
      'X-KM-Time-Zone': 'KST',
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'Content-Length': String(request.body.length),
      Host: `127.0.0.1:${peer.port}`,
      Connection: 'keep-alive',
    });
  });

  it('carries the corporation and its cards as JSON in UTF-8', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    await platformAt(peer.port).call(aCall);

    expect(onlyOne(peer.requests).body.toString('utf8')).toBe(
      `{"corporationName":"㈜코나 🏦","bizLicenseNo":"1168200276","registrationNumber":"1101110062432","parList":["${par}"]}`,
    );
  });

  it('tells the time of the zone that it names', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    await platformAt(peer.port, { timeZone: 'UTC' }).call(aCall);
    const headers = headersOf(onlyOne(peer.requests));

    expect(headers.get('X-KM-Time-Zone')).toBe('UTC');
    expect(headers.get('X-KM-Tran-Time')).toBe('20261122011500');
    expect(headers.get('X-KM-Tran-Token')).toMatch(/^KMV1:20261122011500007:/);
  });

  it('is not made at all with a correlation ID that is none', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));

    await expect(platformAt(peer.port).call({ ...aCall, correlationId: 'x\r\nX-Evil: 1' })).rejects.toThrow(
      'correlation ID',
    );
    expect(peer.connections()).toBe(0);
  });
});

describe('with message encryption', () => {
  const platformKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ownKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cryptoKeyId = 'k'.repeat(32);
  const credentials = (lacking: object = {}) =>
    credentialsOf(() =>
      JSON.stringify({
        ...secret,
        cryptoKeyId,
        serverPublicKey: platformKeys.publicKey.export({ type: 'spki', format: 'pem' }),
        clientPrivateKey: ownKeys.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
        ...lacking,
      }),
    );
  const encrypted = async (json: object): Promise<object> => ({
    encData: await new CompactEncrypt(Buffer.from(JSON.stringify(json)))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
      .encrypt(ownKeys.publicKey),
  });

  it('the platform reads our cards, the token covers what was sent, and we read its answer', async () => {
    const body = await encrypted(success);
    const peer = await startPeer((socket, request) => socket.write(answer(request, { body })));
    const outcome = await platformAt(peer.port, { messageEncryption: true, credentials: credentials() }).call(aCall);
    const request = onlyOne(peer.requests);
    const headers = headersOf(request);
    const { encData } = z.strictObject({ encData: z.string() }).parse(JSON.parse(request.body.toString()));
    const { plaintext } = await compactDecrypt(encData, platformKeys.privateKey);

    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ parList: [par] });
    expect(headers.get('X-KM-Tran-Token')).toBe(tokenFor(request.body));
    expect(headers.get('X-KM-Crypto-Key-Id')).toBe(cryptoKeyId);
    expect(outcome).toMatchObject({ kind: 'answered', listed: [{ par }] });
  });

  it.each(['cryptoKeyId', 'serverPublicKey', 'clientPrivateKey'])('nothing is sent without %s', async (field) => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    const given = { messageEncryption: true, credentials: credentials({ [field]: '' }) };

    expect(await platformAt(peer.port, given).call(aCall)).toEqual({
      kind: 'not_sent',
      reason: 'encryption_keys_missing',
    });
    expect(peer.connections()).toBe(0);
  });

  it('switched off, an encrypted answer is read all the same, a refusal too', async () => {
    const body = await encrypted({ response: { code: '003_050', description: 'named' } });
    const peer = await startPeer((socket, request) =>
      socket.write(answer(request, { status: '400 Bad Request', body })),
    );
    const outcome = await platformAt(peer.port, { credentials: credentials() }).call(aCall);

    expect(headersOf(onlyOne(peer.requests)).has('X-KM-Crypto-Key-Id')).toBe(false);
    expect(outcome).toMatchObject({ kind: 'refused', meaning: 'already_named' });
  });

  it('an answer that is not for our key is unknown', async () => {
    const encData = await new CompactEncrypt(Buffer.from(JSON.stringify(success)))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })
      .encrypt(platformKeys.publicKey);
    const peer = await startPeer((socket, request) => socket.write(answer(request, { body: { encData } })));
    const platform = platformAt(peer.port, { messageEncryption: true, credentials: credentials() });

    expect(await platform.call(aCall)).toMatchObject({ kind: 'unknown', reason: 'not_decryptable' });
  });
});

describe('a refused key', () => {
  it('is exchanged by a refresh, and the next call is signed with the new one', async () => {
    const newKey = 'N'.repeat(40);
    let text = JSON.stringify(secret);
    const peer = await startPeer((socket, request) => {
      const known = request.head.includes(newKey);
      socket.write(answer(request, known ? {} : { status: '401 Unauthorized', body: '' }));
    });
    const platform = platformAt(peer.port, { credentials: credentialsOf(() => text) });

    expect(await platform.call(aCall)).toMatchObject({ kind: 'refused', meaning: 'credentials_refused' });
    expect(peer.requests).toHaveLength(1);
    text = JSON.stringify({ ...secret, accessKey: newKey });
    expect(await platform.refreshCredentials()).toBe(true);
    expect(await platform.call(aCall)).toMatchObject({ kind: 'answered' });
  });

  it('that is still the same in the store is not worth another call', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, { status: '403 Forbidden' })));
    const platform = platformAt(peer.port);
    await platform.call(aCall);

    expect(await platform.refreshCredentials()).toBe(false);
  });
});

describe('settings that cannot be meant', () => {
  it('are refused when the platform is made', async () => {
    expect(() => platformAt(1, { timeZone: 'CET' })).toThrow('konaTimeZone');
    expect(() => platformAt(1, { baseUrl: 'http://kona.example' })).toThrow('https');
    expect(() => platformAt(1, { agent: createKeepAliveAgent('https://kona.example') })).toThrow('protocol');
  });

  it('are none of these: the correlation ID is minted from the moment in the zone', () => {
    expect(platformAt(1).mintCorrelationId(aCall.startedAt)).toBe('261122101500-0a1b2c3');
  });
});
