import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import { aCall, answer, platformAt, success, timed } from './given-platform.ts';
import { type Behaviour, startListener, startPeer } from './raw-peer.ts';

/** Calls a peer that behaves so; whatever happens, the request went out once and no socket stays. */
async function brokenBy(behave: Behaviour, timeoutMs = 5_000) {
  const peer = await startPeer(behave);
  const { outcome, ms } = await timed(platformAt(peer.port), { ...aCall, timeoutMs });
  expect(peer.requests).toHaveLength(1);
  await peer.allClosed();
  expect(peer.connections()).toBe(1);
  return { outcome, ms };
}

/** Sends the bytes one by one until the other side has enough of it. */
function drip(socket: net.Socket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at, at + 1));
    at += 1;
  }, 10);
  socket.on('close', () => clearInterval(timer));
}

const whole = JSON.stringify(success);
const head = (...lines: string[]): string => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;

describe('a call that may have been sent is unknown', () => {
  // failures: F081
  it('when the connection is reset before the request was read', async () => {
    const rude = await startListener((socket) => socket.once('data', () => socket.resetAndDestroy()));

    expect(await platformAt(rude.port).call(aCall)).toMatchObject({ kind: 'unknown', reason: 'reset' });
    expect(rude.connections()).toBe(1);
  });

  // failures: F081
  it('when the connection is reset after the request was read', async () => {
    const { outcome } = await brokenBy((socket) => socket.resetAndDestroy());

    expect(outcome).toEqual({ kind: 'unknown', reason: 'reset', breaches: [] });
  });

  it('when the platform hangs up without a word', async () => {
    const { outcome } = await brokenBy((socket) => socket.end());

    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'reset' });
  });

  it('when the answer is reset in the middle of its head', async () => {
    const { outcome } = await brokenBy((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'));

    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'reset' });
  });

  // failures: F083
  it('when the answer is shorter than its length, though all of its JSON came', async () => {
    const padded = { body: `${whole} ` };
    const { outcome } = await brokenBy((socket, request) => socket.end(answer(request, padded).subarray(0, -1)));

    expect(outcome).toEqual({ kind: 'unknown', httpStatus: 200, reason: 'cut_off', breaches: [] });
  });

  // failures: F083
  it('when the answer without a length is cut off', async () => {
    const { outcome } = await brokenBy((socket) => socket.end(`${head()}${whole.slice(0, -1)}`));

    expect(outcome).toMatchObject({ kind: 'unknown', httpStatus: 200, reason: 'not_json' });
  });

  it('when the answer in chunks lacks its last one', async () => {
    const chunk = `${whole.length.toString(16)}\r\n${whole}\r\n`;
    const { outcome } = await brokenBy((socket) => socket.end(`${head('Transfer-Encoding: chunked')}${chunk}`));

    expect(outcome).toMatchObject({ kind: 'unknown', httpStatus: 200, reason: 'cut_off' });
  });

  it.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['has a head without end', `HTTP/1.1 200 OK\r\n${'X-Filler: x\r\n'.repeat(10_000)}`],
    ['has two different lengths', head('Content-Length: 5', 'Content-Length: 6')],
  ])('when the answer %s', async (_name, text) => {
    const { outcome } = await brokenBy((socket) => socket.write(text));

    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'malformed_http' });
  });

  it('when the platform wants to speak another protocol', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: kona\r\n\r\n';
    const { outcome } = await brokenBy((socket) => socket.write(upgrade));

    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'reset' });
  });

  it('when the answer never ends', async () => {
    const { outcome } = await brokenBy((socket) => {
      socket.write(head());
      const more = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 0x20)));
      };
      socket.on('drain', more);
      more();
    });

    expect(outcome).toMatchObject({ kind: 'unknown', httpStatus: 200, reason: 'too_large' });
  });

  it('but the word of a 503 on when to come back counts even if its body breaks off', async () => {
    const { outcome } = await brokenBy((socket, request) => {
      const raw = { status: '503 Service Unavailable', headers: ['Retry-After: 9'], body: '<html>' };
      socket.end(answer(request, raw).subarray(0, -1));
    });

    expect(outcome).toMatchObject({ kind: 'unknown', httpStatus: 503, retryAfterMs: 9_000 });
  });
});

describe('one deadline holds', () => {
  it.each<[string, Behaviour]>([
    ['no answer', () => undefined],
    ['a head in drops', (socket, request) => drip(socket, answer(request, {}))],
    [
      'a body in drops',
      (socket) => {
        socket.write(head('Content-Length: 5000'));
        drip(socket, Buffer.alloc(5_000, 0x20));
      },
    ],
    ['a head and then nothing', (socket) => socket.write(head('Content-Length: 5000'))],
    [
      'informational answers without end',
      (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    // failures: F082
  ])('against %s', async (_name, behave) => {
    const { outcome, ms } = await brokenBy(behave, 200);

    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'timeout' });
    expect(ms).toBeGreaterThan(190);
    expect(ms).toBeLessThan(600);
  });
});
