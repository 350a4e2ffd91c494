import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';

export type BareWriting = { readonly items: number; readonly seconds: number; readonly cpuSeconds: number };

const itemsPerBatch = 25;
const batchesAtOnce = 16;

/**
 * The least that anybody could do who has the very same items: batches of 25, sixteen at once, no conditions, nothing
 * computed. Reading them from the first table is not counted.
 */
export async function writeBare(client: DynamoDBClient, from: string, to: string): Promise<BareWriting> {
  let items = 0;
  let seconds = 0;
  let cpuSeconds = 0;
  let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page = await client.send(new ScanCommand({ TableName: from, ExclusiveStartKey }));
    const requests = (page.Items ?? []).map((Item) => ({ PutRequest: { Item } }));
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await writeAll(client, to, requests);
    const { user, system } = process.cpuUsage(cpu);
    items += requests.length;
    seconds += (performance.now() - startedAt) / 1_000;
    cpuSeconds += (user + system) / 1_000_000;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return { items, seconds, cpuSeconds };
}

async function writeAll(client: DynamoDBClient, tableName: string, requests: WriteRequest[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(requests.length / itemsPerBatch) }, (_, index) =>
    requests.slice(index * itemsPerBatch, (index + 1) * itemsPerBatch),
  ).values();
  const writer = async (): Promise<void> => {
    for (const batch of batches) {
      let left: WriteRequest[] = batch;
      while (left.length > 0) {
        const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }));
        left = answer.UnprocessedItems?.[tableName] ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, writer));
}
