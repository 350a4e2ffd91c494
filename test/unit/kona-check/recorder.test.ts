import { hasSubscribers } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { createRecorder } from '../../../infra/kona-check/recorder.ts';
import { aCall, answer, platformAt, success } from '../../integration/kona/given-platform.ts';
import { aCertificate, aClosedPort, startPeer } from '../../integration/kona/raw-peer.ts';

describe('the recorder', () => {
  it('keeps the head of an answer as it came, its bytes and its TLS version, and sends once', async () => {
    const certificate = aCertificate('IP:127.0.0.1');
    const headers = ['x-Trace: one', 'X-Trace: two'];
    const peer = await startPeer((socket, request) => socket.write(answer(request, { headers })), certificate);
    const recorder = createRecorder();
    const deps = { scheme: 'https', ca: certificate.cert, exchange: recorder.exchange };
    const outcome = await platformAt(peer.port, deps).call(aCall);
    const recorded = recorder.take();

    expect(outcome.kind).toBe('answered');
    expect(peer.requests).toHaveLength(1);
    expect(recorded?.body).toEqual(peer.requests[0]?.body);
    expect(recorded?.head?.statusLine).toBe('HTTP/1.1 200 OK');
    expect(recorded?.head?.headers).toEqual([
      ['X-KM-Correlation-Id', aCall.correlationId],
      ['x-Trace', 'one'],
      ['X-Trace', 'two'],
      ['Content-Length', String(JSON.stringify(success).length)],
    ]);
    expect(recorded?.head?.tls).toMatch(/^TLSv1\.3, TLS_/);
    expect(JSON.parse(String(recorded?.answerBody))).toEqual(success);
    expect(recorder.take()).toBeUndefined();
    expect(hasSubscribers('http.client.response.finish')).toBe(false);
  });

  it('keeps what was not sent, without a head', async () => {
    const recorder = createRecorder();
    await platformAt(await aClosedPort(), { exchange: recorder.exchange }).call(aCall);

    expect(recorder.take()).toMatchObject({ head: undefined, result: { kind: 'not_sent' } });
  });

  it('keeps what came of a body that was cut off', async () => {
    const peer = await startPeer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"resp'));
    const recorder = createRecorder();
    const outcome = await platformAt(peer.port, { exchange: recorder.exchange }).call(aCall);
    const recorded = recorder.take();

    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'cut_off' });
    expect(String(recorded?.answerBody)).toBe('{"resp');
  });
});
