import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Behaviour, startPeer } from '../../integration/kona/raw-peer.ts';
import { simulatedCredentials } from '../../support/kona-simulator/credentials.ts';
import { startKonaSimulator } from '../../support/kona-simulator/server.ts';
import { par, runKonaCheck, unknownPar } from './run-kona-check.ts';

describe('the secrecy of kona-check', () => {
  const canaries = {
    aspId: 'CANARYASPID0001',
    accessKey: 'CANARY/access+key.that\\opens"nothing...0',
    secretKey: 'canary-secret-key',
    cryptoKeyId: 'canary-crypto-key-id',
  };

  /** Echoes all that it was sent, in the forms in which a platform may write it. */
  const echoAll: Behaviour = (socket, { head, body, correlationId }) => {
    const token = /KMV1:\S+/.exec(head)?.[0] ?? '';
    const all = [...Object.values(canaries), token, token.split(':')[2] ?? '', par, `n${par}`, par.toLowerCase()];
    const forms = all.flatMap((text) => [
      text,
      text.toUpperCase(),
      JSON.stringify(text),
      JSON.stringify(text).replaceAll('/', '\\/'),
      encodeURIComponent(text),
      Buffer.from(text).toString('base64'),
    ]);
    const page = JSON.stringify({ response: { code: '000_777', description: forms.join(' ') }, head, sent: `${body}` });
    const bytes = Buffer.from(`${page}\n${forms.join('\n')}`);
    const echoed = [
      `Set-Cookie: session=cookie-canary; Path=/`,
      `X-Echo: ${canaries.accessKey} ${token}`,
      `X-Signature: ${token.split(':')[2]}`,
    ];
    const lines = ['HTTP/1.1 400 Bad Request', `X-KM-Correlation-Id: ${correlationId}`, ...echoed];
    socket.end(`${lines.join('\r\n')}\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes}`);
  };

  it('prints no key, token, signature, ASP ID or PAR, even if the answer holds them all', async () => {
    const signatures: string[] = [];
    const peer = await startPeer((socket, request, nth) => {
      signatures.push(/KMV1:\d+:(\S+)/.exec(request.head)?.[1] ?? 'none');
      echoAll(socket, request, nth);
    });
    const given = { secret: JSON.stringify(canaries) };
    const { code, output } = await runKonaCheck(`http://127.0.0.1:${peer.port}`, ['--unknown-par', unknownPar], given);

    expect(code).toBe(1);
    expect(signatures).toHaveLength(1);
    const text = output.toLowerCase();
    expect(text).toContain('x-echo: ***');
    expect(text).toContain('x-signature: ***\n');
    for (const canary of [...Object.values(canaries), ...signatures, par, unknownPar, 'cookie-canary']) {
      expect(text).not.toContain(canary.toLowerCase());
      expect(text).not.toContain(JSON.stringify(canary).slice(1, -1).toLowerCase());
      expect(text).not.toContain(encodeURIComponent(canary).toLowerCase());
    }
    for (const canary of [...Object.values(canaries), ...signatures])
      expect(text).not.toContain(Buffer.from(canary).toString('base64').replace(/=+$/, '').toLowerCase());
  });

  it('shows the request before its encryption, and no key', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const clientPrivateKey = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const keys = { serverPublicKey: publicKey.export({ type: 'spki', format: 'pem' }), clientPrivateKey };
    const simulator = await startKonaSimulator();
    onTestFinished(() => simulator.close());
    const given = { secret: JSON.stringify({ ...simulatedCredentials, cryptoKeyId: 'k'.repeat(32), ...keys }) };
    const { output } = await runKonaCheck(simulator.url, ['--message-encryption'], given);

    expect(output).toContain('X-KM-Crypto-Key-Id: *** (32 characters)');
    expect(output).toContain('before encryption:');
    expect(output).toContain('"parList":["Q180…66A4"]');
    expect(output).not.toContain(clientPrivateKey.split('\n')[3]);
  });

  it('names the fields that message encryption needs', async () => {
    const { code, output } = await runKonaCheck('http://127.0.0.1:1', ['--message-encryption']);

    expect(code).toBe(2);
    expect(output).toContain('lacks cryptoKeyId, serverPublicKey, clientPrivateKey');
  });
});
