import { setTimeout } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Bells, RungChunk } from '../limit-increase/upload.ts';
import type { ChunkMessage, RequestMessage } from './messages.ts';
import { sendMessages } from './send-messages.ts';

/** How a function rings: each bell by the URL of its queue. */
export type Ringing = {
  readonly client: SQSClient;
  readonly pause?: ((ms: number) => Promise<unknown>) | undefined;
};

export const createUploadBell =
  ({ client, pause = setTimeout }: Ringing, url: string): Bells['ringUpload'] =>
  (requestId) =>
    sendMessages({ client, url, pause }, [{ requestId } satisfies RequestMessage]);

export const createChunkBells =
  ({ client, pause = setTimeout }: Ringing, url: string): Bells['ringChunks'] =>
  (chunks) =>
    sendMessages({ client, url, pause }, chunks.map(messageOf));

// Field by field: whatever else a caller's object may hold stays here.
const messageOf = ({ requestId, chunkNumber, untouched }: RungChunk): ChunkMessage => ({
  ...{ requestId, chunkNumber },
  ...(untouched && { untouched: { cards: untouched.cards, expiresAt: untouched.expiresAt } }),
});

export const createReportBell =
  ({ client, pause = setTimeout }: Ringing, url: string): Bells['ringReport'] =>
  (requestId) =>
    sendMessages({ client, url, pause }, [{ requestId } satisfies RequestMessage]);
