import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Condition } from './conditions.ts';
import { type Change, expressionsOf } from './expressions.ts';
import { faultOf, LedgerFault } from './faults.ts';
import type { Key } from './keys.ts';
import { oldItem } from './old-item.ts';
import type { Patience } from './patience.ts';
import type { Attributes } from './stored-item.ts';

export type Update = { readonly key: Key; readonly change: Change; readonly condition?: Condition };

/** Either it was written, or its condition failed and `old` is what stands there. */
export type UpdateResult =
  | { readonly written: true }
  | { readonly written: false; readonly old: Attributes | undefined };

export type Table = ReturnType<typeof createTable>;

/** A query that has not ended after so many pages of up to 1 MB reads something that the ledger does not write. */
const pagesMax = 50;

/** Single reads and writes of the table, every error of the SDK turned into a LedgerFault that names the operation. */
export function createTable(client: DynamoDBDocumentClient, TableName: string, patience: () => Patience) {
  return {
    /** One item, consistently. */
    async get(operation: string, key: Key): Promise<Attributes | undefined> {
      const command = new GetCommand({ TableName, Key: key, ConsistentRead: true });
      const { Item } = await client.send(command).catch((error: unknown) => {
        throw faultOf(operation, error);
      });
      return Item;
    },

    /** All items that a query finds, or the first `itemsMax`, in its order. */
    async query(operation: string, query: Partial<QueryCommandInput>, itemsMax = Infinity): Promise<Attributes[]> {
      const items: Attributes[] = [];
      let from: QueryCommandInput['ExclusiveStartKey'];
      for (let page = 0; page < pagesMax; page += 1) {
        // DynamoDB's limit is one of what it reads, and a filter leaves most of that out.
        const isBounded = Number.isFinite(itemsMax) && query.FilterExpression === undefined;
        const Limit = isBounded ? itemsMax - items.length : undefined;
        const command = new QueryCommand({ ...query, TableName, Limit, ExclusiveStartKey: from });
        const { Items = [], LastEvaluatedKey } = await client.send(command).catch((error: unknown) => {
          throw faultOf(operation, error);
        });
        items.push(...Items);
        from = LastEvaluatedKey;
        if (from === undefined || items.length >= itemsMax) return items;
      }
      throw new LedgerFault(operation, `more than ${pagesMax} pages`);
    },

    /** One change, under a condition if need be. If the SDK repeats one that had won, its condition fails: the old item tells. */
    update(operation: string, { key, change, condition }: Update): Promise<UpdateResult> {
      const { UpdateExpression = '', ...others } = expressionsOf(condition, change);
      const input = { TableName, Key: key, UpdateExpression, ...others, ...tellOld };
      return write(operation, () => client.send(new UpdateCommand(input)));
    },

    /** One whole item, under a condition. */
    put(operation: string, item: Attributes, condition: Condition): Promise<UpdateResult> {
      const input = { TableName, Item: item, ...expressionsOf(condition), ...tellOld };
      return write(operation, () => client.send(new PutCommand(input)));
    },
  };

  async function write(operation: string, send: () => Promise<unknown>): Promise<UpdateResult> {
    const again = patience();
    for (;;) {
      try {
        await send();
        return { written: true };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return { written: false, old: oldItem(error.Item) };
        if (!(error instanceof TransactionConflictException) || !(await again())) throw faultOf(operation, error);
      }
    }
  }
}

const tellOld = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
