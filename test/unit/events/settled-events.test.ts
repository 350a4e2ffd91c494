import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BusEvent, createEventBus, type EventBus } from '../../../infra/local/aws/event-bus-door.ts';
import { createAuthority } from '../../../infra/local/aws/iam/authority.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { createSettledEvents } from '../../../shared/events/settled-events.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import { anUploadState, aRequest } from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { account, region } from '../local/function-specs.ts';

let bus: EventBus;
let server: LoopbackServer;
let client: EventBridgeClient;
const taken: BusEvent[] = [];

beforeEach(async () => {
  const now = () => aMoment;
  const authority = createAuthority({ functions: [], account, region, now });
  bus = createEventBus({ authority, account, region, now, taken: (event) => taken.push(event) });
  server = await listenOnLoopback(bus.door);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new EventBridgeClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await server.close();
  taken.splice(0);
});

const settle = (request = aRequest({ status: 'settled', cardsTotal: 2 })) =>
  createSettledEvents({ client, clock: createFixedClock() }).limitIncreaseSettled({
    request,
    counts: { ...noCounts, named: 1, unresolved: 1 },
  });

describe('the event of a settled request', () => {
  it('tells what became of its cards, and where they are', async () => {
    const request = aRequest({ status: 'settled', cardsTotal: 2 });
    await settle(request);
    expect(taken).toEqual([
      expect.objectContaining({
        source: 'kona.corporate-limit-gateway',
        'detail-type': 'LimitIncreaseSettled',
        time: new Date(request.updatedAt).toISOString(),
        detail: expect.objectContaining({
          requestId: request.requestId,
          counts: { total: 2, open: 0, named: 1, alreadyNamed: 0, notFound: 0, rejected: 0, unresolved: 1 },
          links: { limitIncrease: `/v1/limit-increases/${request.requestId}` },
        }),
      }),
    ]);
  });

  it('tells of a file where the newest edition of its reports is', async () => {
    const upload = anUploadState({ reportedAt: aMoment, edition: 2 });
    const request = aRequest({ status: 'settled', source: 'upload', cardsTotal: 2, upload });
    await settle(request);
    const reports = expect.stringMatching(`^s3://${upload.object.bucket}/reports/.*${request.requestId}/edition-2/$`);
    expect(taken[0]?.detail).toMatchObject({ links: { reports } });
  });

  // failures: F138
  it('shows no card', async () => {
    await settle();
    expect(JSON.stringify(taken)).not.toMatch(/Q[0-9A-F]{26}/);
  });
});

describe('the event counts as not sent', () => {
  // failures: F117
  it('where EventBridge answers 200 and did not take it', async () => {
    bus.faults.set([{ fault: { kind: 'refused_entries' } }]);
    await expect(settle()).rejects.toThrow('EventBridge did not take the event: ThrottlingException');
    expect(taken).toEqual([]);
  });

  it.each(['unavailable', 'lost_acknowledgement'] as const)('where EventBridge is %s', async (kind) => {
    bus.faults.set([{ fault: { kind } }]);
    await expect(settle()).rejects.toThrow();
  });
});
