import { describe, expect, it } from 'vitest';
import { aCall, answer, at, platformAt } from './given-platform.ts';
import { aCertificate, startPeer } from './raw-peer.ts';

const certificate = aCertificate('IP:127.0.0.1');

describe('the connection', () => {
  it.each([
    ['http', undefined],
    ['https', certificate],
  ])('serves one call after another over %s', async (scheme, tls) => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})), tls);
    const platform = platformAt(peer.port, { scheme, ...(tls === undefined ? {} : { ca: tls.cert }) });

    for (const _ of [1, 2, 3]) expect(await platform.call(aCall)).toMatchObject({ kind: 'answered' });
    expect(peer.requests).toHaveLength(3);
    expect(peer.connections()).toBe(1);
  });

  it('serves on after a refusal, a redirect and an error page', async () => {
    const statuses = ['400 Bad Request', '302 Found', '503 Service Unavailable', '200 OK'];
    const peer = await startPeer((socket, request, nth) =>
      socket.write(answer(request, { status: statuses[nth - 1] ?? '', body: '<html>' })),
    );
    const platform = platformAt(peer.port);

    for (const _ of statuses) expect(await platform.call(aCall)).toMatchObject({ kind: 'unknown' });
    expect(peer.connections()).toBe(1);
  });

  it('is not used again once its answer was not whole', async () => {
    const peer = await startPeer((socket, request, nth) => {
      const whole = answer(request, {});
      socket.write(nth === 1 ? whole.subarray(0, -1) : whole);
    });
    const platform = platformAt(peer.port);

    expect(await platform.call({ ...aCall, timeoutMs: 100 })).toMatchObject({ kind: 'unknown', reason: 'timeout' });
    expect(await platform.call(aCall)).toMatchObject({ kind: 'answered' });
    expect(peer.connections()).toBe(2);
  });

  // failures: F084
  it('that turns out dead makes the call unknown, and nothing is sent a second time', async () => {
    const peer = await startPeer((socket, request, nth) => {
      if (nth === 1) socket.write(answer(request, {}));
      else socket.resetAndDestroy();
    });
    const platform = platformAt(peer.port);
    await platform.call(aCall);

    expect(await platform.call(aCall)).toEqual({ kind: 'unknown', reason: 'reset', breaches: [] });
    expect(peer.requests).toHaveLength(2);
    expect(peer.connections()).toBe(1);
  });

  it('that the far side closed while it lay idle is left alone', async () => {
    const peer = await startPeer((socket, request, nth) => {
      socket.write(answer(request, { headers: nth === 1 ? ['Connection: close'] : [] }));
      if (nth === 1) socket.end();
    });
    const platform = platformAt(peer.port);
    await platform.call(aCall);
    await peer.allClosed();

    expect(await platform.call(aCall)).toMatchObject({ kind: 'answered' });
    expect(peer.connections()).toBe(2);
  });

  // failures: F084
  it('is given up after four idle seconds by the wall clock, though the process was frozen meanwhile', async () => {
    let now = at;
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    const platform = platformAt(peer.port, { clock: () => now });

    await platform.call(aCall);
    now += 3_999;
    await platform.call(aCall);
    expect(peer.connections()).toBe(1);

    // Idle since its last use, not since it was made.
    now += 3_999;
    await platform.call(aCall);
    expect(peer.connections()).toBe(1);

    now += 4_000;
    expect(await platform.call(aCall)).toMatchObject({ kind: 'answered' });
    expect(peer.connections()).toBe(2);
  });

  it('once made, may wait for its answer longer than for being made', async () => {
    const peer = await startPeer((socket, request) => {
      setTimeout(() => socket.write(answer(request, {})), 250);
    });

    expect(await platformAt(peer.port, { connectTimeoutMs: 100 }).call(aCall)).toMatchObject({ kind: 'answered' });
  });

  it('is one for each of the calls that run at the same time, and each has its own answer', async () => {
    const peer = await startPeer((socket, request) => socket.write(answer(request, {})));
    const platform = platformAt(peer.port);
    const ids = ['261122101500-0000001', '261122101500-0000002', '261122101500-0000003'];
    const outcomes = await Promise.all(ids.map((correlationId) => platform.call({ ...aCall, correlationId })));

    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['answered', 'answered', 'answered']);
    expect(peer.requests.map((request) => request.correlationId).sort()).toEqual(ids);
    expect(peer.connections()).toBe(3);
  });
});
