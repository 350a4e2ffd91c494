import * as z from 'zod';
import type { Grant } from '../iam/policy.ts';

// What IAM asks for an operation of DynamoDB. A transaction has no action of its own, it is checked as its parts; a
// query of an index is a right on the index, not on the table.

const table = z.object({ TableName: z.string() });
const query = table.extend({ IndexName: z.string().optional() });
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const transactWrite = z.object({
  TransactItems: z.array(
    z.strictObject({
      Put: table.optional(),
      Update: table.optional(),
      Delete: table.optional(),
      ConditionCheck: table.optional(),
    }),
  ),
});
const transactGet = z.object({ TransactItems: z.array(z.object({ Get: table })) });

export type TableArn = (tableName: string) => string;
type Needs = (body: unknown, tableArn: TableArn) => Grant[];

const onTable =
  (action: string): Needs =>
  (body, tableArn) => [{ action: `dynamodb:${action}`, resource: tableArn(table.parse(body).TableName) }];

const onTableOrIndex =
  (action: string): Needs =>
  (body, tableArn) => {
    const { TableName, IndexName } = query.parse(body);
    const arn = tableArn(TableName);
    return [{ action: `dynamodb:${action}`, resource: IndexName === undefined ? arn : `${arn}/index/${IndexName}` }];
  };

const onTables =
  (action: string): Needs =>
  (body, tableArn) =>
    Object.keys(batch.parse(body).RequestItems).map((name) => ({
      action: `dynamodb:${action}`,
      resource: tableArn(name),
    }));

const needs: Readonly<Record<string, Needs>> = {
  GetItem: onTable('GetItem'),
  PutItem: onTable('PutItem'),
  UpdateItem: onTable('UpdateItem'),
  DeleteItem: onTable('DeleteItem'),
  DescribeTable: onTable('DescribeTable'),
  Query: onTableOrIndex('Query'),
  Scan: onTableOrIndex('Scan'),
  BatchGetItem: onTables('BatchGetItem'),
  BatchWriteItem: onTables('BatchWriteItem'),
  TransactGetItems: (body, tableArn) =>
    transactGet.parse(body).TransactItems.map(({ Get }) => ({
      action: 'dynamodb:GetItem',
      resource: tableArn(Get.TableName),
    })),
  TransactWriteItems: (body, tableArn) =>
    transactWrite
      .parse(body)
      .TransactItems.flatMap((part) =>
        Object.entries(part).flatMap(([kind, where]) =>
          where === undefined
            ? []
            : [{ action: transactionActions[kind] ?? kind, resource: tableArn(where.TableName) }],
        ),
      ),
};

const transactionActions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

/** `DynamoDB_20120810.PutItem` → `PutItem`. */
export const operationOf = (target: string | undefined): string => target?.replace(/^DynamoDB_20120810\./, '') ?? '';

/**
 * Every right that a request needs, each once. Undefined: what IAM asks for this operation is not known here.
 * @throws ZodError if the body is not of the operation's shape.
 */
export function neededFor(operation: string, body: unknown, tableArn: TableArn): Grant[] | undefined {
  const all = Object.hasOwn(needs, operation) ? needs[operation]?.(body, tableArn) : undefined;
  return all && [...new Map(all.map((grant) => [`${grant.action} ${grant.resource}`, grant])).values()];
}
