import { DeleteCommand, type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Instant } from '../../shared/limit-increase/terms.ts';

const storedSchema = z.array(z.looseObject({ pk: z.string(), sk: z.string(), expiresAt: z.number().optional() }));

export type StoredItem = z.infer<typeof storedSchema>[number];

type LedgerTable = { readonly client: DynamoDBDocumentClient; readonly tableName: string };

/** Every item of the table, as it is stored. */
export async function storedItems({ client, tableName: TableName }: LedgerTable): Promise<StoredItem[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return storedSchema.parse(Items);
}

export async function deleteItems(
  { client, tableName: TableName }: LedgerTable,
  items: readonly Pick<StoredItem, 'pk' | 'sk'>[],
): Promise<void> {
  for (const { pk, sk } of items) await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
}

/** What DynamoDB's TTL deletes by this time. */
export async function deleteExpired(table: LedgerTable, at: Instant): Promise<void> {
  const items = await storedItems(table);
  await deleteItems(
    table,
    items.filter(({ expiresAt = Infinity }) => expiresAt * 1_000 <= at),
  );
}
