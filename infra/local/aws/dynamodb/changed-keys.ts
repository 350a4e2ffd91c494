import * as z from 'zod';

// Which items a write touches, told by its body alone.

/** In DynamoDB's own JSON: attribute → `{"S": "…"}` and the like. */
const attributesSchema = z.record(z.string(), z.unknown());
export type Attributes = z.infer<typeof attributesSchema>;

/** One item, or a part of it that holds its key. */
export type Touched = { readonly tableName: string; readonly attributes: Attributes };

const put = z.object({ TableName: z.string(), Item: attributesSchema });
const keyed = z.object({ TableName: z.string(), Key: attributesSchema });
const batch = z.object({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.object({
        PutRequest: z.object({ Item: attributesSchema }).optional(),
        DeleteRequest: z.object({ Key: attributesSchema }).optional(),
      }),
    ),
  ),
});
const transaction = z.object({
  TransactItems: z.array(z.object({ Put: put.optional(), Update: keyed.optional(), Delete: keyed.optional() })),
});

const ofPut = ({ TableName: tableName, Item: attributes }: z.infer<typeof put>): Touched => ({ tableName, attributes });
const ofKeyed = ({ TableName: tableName, Key }: z.infer<typeof keyed>): Touched => ({ tableName, attributes: Key });

const writes: Readonly<Record<string, (body: unknown) => Touched[]>> = {
  PutItem: (body) => [ofPut(put.parse(body))],
  UpdateItem: (body) => [ofKeyed(keyed.parse(body))],
  DeleteItem: (body) => [ofKeyed(keyed.parse(body))],
  BatchWriteItem: (body) =>
    Object.entries(batch.parse(body).RequestItems).flatMap(([tableName, requests]) =>
      requests.flatMap(({ PutRequest, DeleteRequest }) => {
        const attributes = PutRequest?.Item ?? DeleteRequest?.Key;
        return attributes === undefined ? [] : [{ tableName, attributes }];
      }),
    ),
  TransactWriteItems: (body) =>
    transaction
      .parse(body)
      .TransactItems.flatMap(({ Put, Update, Delete }) => [
        ...(Put === undefined ? [] : [ofPut(Put)]),
        ...[Update, Delete].flatMap((part) => (part === undefined ? [] : [ofKeyed(part)])),
      ]),
};

/** Empty for what writes nothing. @throws ZodError if the body is not of the operation's shape. */
export const touchedBy = (operation: string, body: unknown): readonly Touched[] =>
  (Object.hasOwn(writes, operation) ? writes[operation]?.(body) : undefined) ?? [];
