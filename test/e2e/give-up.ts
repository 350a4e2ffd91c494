import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { type GivenUp, giveUp } from '../support/given-up.ts';
import { developer, type Gateway } from './gateway.ts';

type Giving = { readonly cards: number; readonly finish?: GivenUp['finish'] };

/** Gives up cards of a request's first chunk, as a worker does after days, once nobody holds it; then settles the request. */
export async function giveUpIn({ cloud }: Gateway, requestId: string, giving: Giving): Promise<void> {
  const { dynamodbEndpoint: endpoint, region, tableName } = cloud;
  const client = new DynamoDBClient({ endpoint, region, credentials: developer });
  const clock = Date.now;
  const ledger = createLedger({ client: DynamoDBDocumentClient.from(client), tableName, clock });
  const ref = { requestId, chunkNumber: 1 };
  const isFree = async (): Promise<boolean> => {
    const { state } = (await ledger.readChunk(ref)) ?? {};
    return state !== undefined && state.fence > 0 && state.leaseUntil === undefined;
  };
  await expect.poll(isFree, { timeout: 20_000, interval: 50 }).toBe(true);
  await giveUp(ledger, ref, { ...giving, at: clock() });
  const { request } = (await ledger.readRequest(requestId)) ?? {};
  const reportDueAt = request?.upload === undefined ? undefined : clock();
  await ledger.settleRequest(requestId, clock(), { reportDueAt, redriven: request?.redriven });
  client.destroy();
}
