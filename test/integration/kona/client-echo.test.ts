import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCall, answer, platformAt, type RawAnswer } from './given-platform.ts';
import { startPeer } from './raw-peer.ts';

async function outcomeOf(raw: RawAnswer): Promise<CallOutcome> {
  const peer = await startPeer((socket, request) => socket.write(answer(request, raw)));
  return platformAt(peer.port).call(aCall);
}

const refusal = (code: string, description: string) => ({ response: { code, description } });

describe('the echo of the correlation ID', () => {
  const other = ['X-KM-Correlation-Id: 261122101500-fffffff'];

  // failures: F069
  it('makes a success unknown if it differs', async () => {
    expect(await outcomeOf({ headers: other })).toMatchObject({
      kind: 'unknown',
      reason: 'correlation_id_differs',
      breaches: ['correlation_id_differs'],
    });
  });

  // failures: F069
  it('makes a refusal unknown if it differs', async () => {
    const raw = { status: '400 Bad Request', headers: other, body: refusal('003_021', 'cannot find par') };

    expect(await outcomeOf(raw)).toMatchObject({ kind: 'unknown', breaches: ['correlation_id_differs'] });
  });

  // failures: F070
  it('is a breach, and no more, if it is missing', async () => {
    const headers = ['X-KM-Correlation-Id:'];

    expect(await outcomeOf({ headers })).toMatchObject({ kind: 'answered', breaches: ['correlation_id_missing'] });
    expect(
      await outcomeOf({ status: '400 Bad Request', headers, body: refusal('003_021', 'cannot find par') }),
    ).toMatchObject({ kind: 'refused', meaning: 'not_found', breaches: ['correlation_id_missing'] });
  });

  it('is not expected of a page that is not of KONA PLATE', async () => {
    const raw = { status: '502 Bad Gateway', headers: ['X-KM-Correlation-Id:'], body: '<html>' };

    expect(await outcomeOf(raw)).toMatchObject({ kind: 'unknown', breaches: [] });
  });
});
