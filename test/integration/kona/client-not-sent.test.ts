import { describe, expect, it, vi } from 'vitest';
import { createPlatform } from '../../../shared/kona/client.ts';
import { createConnectionPool, createKeepAliveAgent } from '../../../shared/kona/connection-pool.ts';
import { exchange } from '../../../shared/kona/exchange.ts';
import { aCall, answer, at, credentialsOf, platformAt, secret, timed } from './given-platform.ts';
import { aCertificate, aClosedPort, startListener, startPeer } from './raw-peer.ts';

const certificate = aCertificate('IP:127.0.0.1');

describe('a call of which surely no byte was sent', () => {
  // failures: F080
  it('met a port on which nobody listens', async () => {
    expect(await platformAt(await aClosedPort()).call(aCall)).toEqual({
      kind: 'not_sent',
      reason: 'connect_econnrefused',
    });
  });

  // failures: F080
  it('asked for a name that nobody knows', async () => {
    const baseUrl = 'https://kona-plate.invalid/open-api';
    const platform = createPlatform({
      baseUrl,
      timeZone: 'KST',
      connectTimeoutMs: 2_000,
      messageEncryption: false,
      credentials: credentialsOf(() => JSON.stringify(secret)),
      clock: () => at,
      randomHex: () => '0a1b2c3',
      agent: createKeepAliveAgent(baseUrl),
    });

    expect(await platform.call(aCall)).toMatchObject({
      kind: 'not_sent',
      reason: expect.stringMatching(/^(dns_|connect_timeout)/),
    });
  });

  // failures: F080
  it('waited for a handshake until the connect timeout', async () => {
    const silent = await startListener((socket) => socket.resume());
    const { outcome, ms } = await timed(platformAt(silent.port, { scheme: 'https', connectTimeoutMs: 150 }), aCall);

    expect(outcome).toEqual({ kind: 'not_sent', reason: 'connect_timeout' });
    expect(ms).toBeGreaterThan(140);
    expect(ms).toBeLessThan(600);
    await silent.allClosed();
  });

  it('waited for a handshake until the time for the whole call was over', async () => {
    const silent = await startListener((socket) => socket.resume());
    const platform = platformAt(silent.port, { scheme: 'https' });
    const { outcome, ms } = await timed(platform, { ...aCall, timeoutMs: 150 });

    expect(outcome).toEqual({ kind: 'not_sent', reason: 'connect_timeout' });
    expect(ms).toBeLessThan(600);
    await silent.allClosed();
  });

  it('was hung up on in the handshake', async () => {
    const rude = await startListener((socket) => socket.once('data', () => socket.destroy()));

    expect(await platformAt(rude.port, { scheme: 'https' }).call(aCall)).toEqual({
      kind: 'not_sent',
      reason: 'tls_econnreset',
    });
  });

  it('met a server that does not speak TLS', async () => {
    const plain = await startListener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));

    expect(await platformAt(plain.port, { scheme: 'https' }).call(aCall)).toMatchObject({
      kind: 'not_sent',
      reason: expect.stringMatching(/^tls_/),
    });
  });

  // failures: F080
  it('met a certificate that nobody vouches for', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})), certificate);

    expect(await platformAt(peer.port, { scheme: 'https' }).call(aCall)).toEqual({
      kind: 'not_sent',
      reason: 'tls_depth_zero_self_signed_cert',
    });
    expect(peer.bytesReceived()).toBe(0);
  });

  it('met such a certificate while the environment allows any', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    try {
      const peer = await startPeer((socket, request) => socket.write(answer(request, {})), certificate);

      expect(await platformAt(peer.port, { scheme: 'https' }).call(aCall)).toMatchObject({ kind: 'not_sent' });
      expect(peer.bytesReceived()).toBe(0);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('met a certificate of another host', async () => {
    const others = aCertificate('DNS:other.example');
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})), others);

    expect(await platformAt(peer.port, { scheme: 'https', ca: others.cert }).call(aCall)).toEqual({
      kind: 'not_sent',
      reason: 'tls_err_tls_cert_altname_invalid',
    });
    expect(peer.bytesReceived()).toBe(0);
  });

  it('had no time to begin with', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));

    expect(await platformAt(peer.port).call({ ...aCall, timeoutMs: 0 })).toEqual({
      kind: 'not_sent',
      reason: 'no_time_left',
    });
    expect(peer.connections()).toBe(0);
  });

  // failures: F112
  it('had no credentials', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));

    expect(await platformAt(peer.port, { credentials: credentialsOf(() => '{}') }).call(aCall)).toEqual({
      kind: 'not_sent',
      reason: 'credentials_unavailable',
    });
    expect(peer.connections()).toBe(0);
  });

  it('waited for its credentials until its time was over', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    const credentials = { ...credentialsOf(() => ''), current: () => new Promise<never>(() => undefined) };
    const { outcome, ms } = await timed(platformAt(peer.port, { credentials }), { ...aCall, timeoutMs: 100 });

    expect(outcome).toEqual({ kind: 'not_sent', reason: 'credentials_unavailable' });
    expect(ms).toBeLessThan(500);
    expect(peer.connections()).toBe(0);
  });

  it('had used up its time before it came to connect', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    const agent = createKeepAliveAgent(`http://127.0.0.1:${peer.port}`);
    const request = {
      url: new URL(`http://127.0.0.1:${peer.port}`),
      headers: {},
      body: Buffer.from('{}'),
      pool: createConnectionPool(agent, () => at),
      connectTimeoutMs: 1_000,
      deadline: AbortSignal.abort(),
      bytesMax: 1_000,
    };

    expect(await exchange(request)).toEqual({ kind: 'not_sent', reason: 'no_time_left' });
    expect(peer.connections()).toBe(0);
  });
});

describe('a call over TLS', () => {
  it('is answered by a host whose certificate is vouched for', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})), certificate);
    const platform = platformAt(peer.port, { scheme: 'https', ca: certificate.cert });

    expect(await platform.call(aCall)).toMatchObject({ kind: 'answered' });
  });

  it('is unknown if the host turns us away only after the handshake, when the request may have left', async () => {
    const demanding = { ...certificate, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' } as const;
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})), demanding);
    const platform = platformAt(peer.port, { scheme: 'https', ca: certificate.cert });

    expect(await platform.call(aCall)).toMatchObject({ kind: 'unknown', reason: 'reset' });
  });
});
