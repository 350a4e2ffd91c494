import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createChunkBells, createReportBell, createUploadBell } from '../../../shared/bells/bells.ts';
import { chunkMessageSchema } from '../../../shared/bells/messages.ts';
import { aPar, aRequestId, retention } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { type ObjectStore, startObjectStore } from '../../support/object-store.ts';

const refs = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ requestId: aRequestId, chunkNumber: n + 1 }));

describe('a bell', () => {
  let store: ObjectStore;
  beforeAll(async () => {
    store = await startObjectStore();
  });
  afterAll(() => store.stop());

  it('is a message with keys and nothing else', async () => {
    const ringing = { client: store.sqs };
    await createUploadBell(ringing, store.queue('uploads'))(aRequestId);
    await createReportBell(ringing, store.queue('reports'))(aRequestId);
    expect(store.queued('uploads')).toEqual([`{"requestId":"${aRequestId}"}`]);
    expect(store.queued('reports')).toEqual([`{"requestId":"${aRequestId}"}`]);
  });

  it('rings once for each chunk, however many they are', async () => {
    const ring = createChunkBells({ client: store.sqs }, store.queue('chunks'));
    await ring(refs(25));
    expect(store.queued('chunks').map((body): unknown => JSON.parse(body))).toEqual(refs(25));
    await ring([]);
    expect(store.queued('chunks')).toHaveLength(25);
  });

  it('brings word of an untouched chunk to whoever hears it, and nothing else that its ringer knows', async () => {
    const chunk = { requestId: aRequestId, chunkNumber: 7, untouched: { cards: 2, expiresAt: retention(aMoment) } };
    const known = { ...chunk, pars: [aPar()], untouched: { ...chunk.untouched, pars: [aPar()] } };
    await createChunkBells({ client: store.sqs }, store.queue('chunks'))([known]);
    const heard: unknown = JSON.parse(store.queued('chunks').at(-1) ?? '');
    expect(heard).toEqual(chunk);
    expect(chunkMessageSchema.parse(heard)).toEqual(chunk);
  });

  it.each([{ cards: 101, expiresAt: 1 }, { cards: 2 }, 'yes'])(
    'is heard although its word of the chunk, %j, cannot be understood',
    (untouched) => {
      const { untouched: understood, ...ref } = chunkMessageSchema.parse({ ...refs(1)[0], untouched });
      expect([ref, understood]).toEqual([refs(1)[0], undefined]);
    },
  );
});

describe('a batch of which SQS refuses entries', () => {
  const batchSchema = z.object({ Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })) });

  /** A queue that refuses, of each batch, the entries that the test names. */
  async function refusing(refuse: (body: string, batch: number) => boolean, senderFault = false) {
    const batches: string[][] = [];
    const server = createServer(async (request, response) => {
      const { Entries } = batchSchema.parse(JSON.parse(await text(request)));
      batches.push(Entries.map(({ MessageBody }) => MessageBody));
      const refused = Entries.filter(({ MessageBody }) => refuse(MessageBody, batches.length));
      const Failed = refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: senderFault }));
      const Successful = Entries.filter((entry) => !refused.includes(entry)).map(({ Id }) => ({ Id, MessageId: Id }));
      response.end(JSON.stringify({ Successful, Failed }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port.');
    const endpoint = `http://127.0.0.1:${address.port}`;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SQSClient({ endpoint, region: 'ap-northeast-2', credentials, md5: false });
    const pauses: number[] = [];
    const pause = async (ms: number) => pauses.push(ms);
    return { ring: createChunkBells({ client, pause }, `${endpoint}/1/chunks`), batches, pauses };
  }

  const numberOf = (body: string): number => z.object({ chunkNumber: z.number() }).parse(JSON.parse(body)).chunkNumber;

  // failures: F116
  it('is sent again with these alone, after a pause', async () => {
    const { ring, batches, pauses } = await refusing((body, batch) => batch < 3 && numberOf(body) % 4 === 0);
    await ring(refs(12));
    expect(batches.map((batch) => batch.map(numberOf))).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [4, 8],
      [4, 8],
      [11, 12],
    ]);
    expect(pauses).toEqual([100, 200]);
  });

  it('is a fault when they are refused every time', async () => {
    const { ring, batches } = await refusing((body) => numberOf(body) === 2);
    await expect(ring(refs(3))).rejects.toThrow('SQS refused 1 of 3 messages: InternalError');
    expect(batches).toHaveLength(5);
  });

  it('is a fault at once when SQS blames the sender', async () => {
    const { ring, batches } = await refusing((body) => numberOf(body) === 2, true);
    await expect(ring(refs(3))).rejects.toThrow('SQS refused 1 of 3 messages');
    expect(batches).toHaveLength(1);
  });
});
