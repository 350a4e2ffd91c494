import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

// Which partition keys the ledger's writes go to. DynamoDB bills a batch or a transaction as a whole, so a written item
// counts by the size that it has in the end: for one that grows, that is rather too much.

const keySchema = z.object({ pk: z.string(), sk: z.string() });
const singleSchema = z.object({ Key: keySchema }).transform(({ Key }) => [Key]);
const putSchema = z.object({ Item: keySchema }).transform(({ Item }) => [Item]);
const partSchema = z.union([putSchema, singleSchema]);
const transactionSchema = z
  .object({ TransactItems: z.array(z.record(z.string(), partSchema)) })
  .transform(({ TransactItems }) => TransactItems.flatMap((item) => Object.values(item).flat()));
const batchSchema = z
  .object({ RequestItems: z.record(z.string(), z.array(z.object({ PutRequest: putSchema }))) })
  .transform(({ RequestItems }) =>
    Object.values(RequestItems).flatMap((puts) => puts.flatMap((put) => put.PutRequest)),
  );
const writeSchema = z.union([transactionSchema, batchSchema, partSchema]);

type Write = { readonly pk: string; readonly sk: string; readonly times: 1 | 2; readonly work: number };

/** `units` of one partition key, and how many pieces of work wrote to it. */
export type KeyLoad = { readonly pk: string; readonly units: number; readonly works: number };

export function watchKeyLoad({ client, tableName }: { readonly client: DynamoDBDocumentClient; tableName: string }) {
  const writes: Write[] = [];
  let work = 0;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const times = commandName.startsWith('Transact') ? 2 : 1;
        if (!/^(Query|Get|Scan)/.test(commandName))
          for (const { pk, sk } of writeSchema.parse(args.input)) writes.push({ pk, sk, times, work });
        return next(args);
      },
    { step: 'initialize', name: 'watchKeyLoad' },
  );
  return {
    /** From now on, writes belong to the next piece of work. */
    nextWork: (): void => {
      work += 1;
    },
    async load(): Promise<readonly KeyLoad[]> {
      const sizes = await unitsOfItems(client, tableName);
      const loads = Map.groupBy(writes, ({ pk }) => pk);
      return [...loads].map(([pk, ofKey]) => ({
        pk,
        units: ofKey.reduce((sum, { sk, times }) => sum + times * (sizes.get(`${pk} ${sk}`) ?? 1), 0),
        works: new Set(ofKey.map((write) => write.work)).size,
      }));
    },
  };
}

async function unitsOfItems(client: DynamoDBDocumentClient, TableName: string): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>();
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    for (const item of Items) {
      const { pk, sk } = keySchema.parse(item);
      units.set(`${pk} ${sk}`, Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1_024));
    }
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return units;
}
