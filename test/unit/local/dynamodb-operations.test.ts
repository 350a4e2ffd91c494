import { describe, expect, it } from 'vitest';
import { neededFor, operationOf } from '../../../infra/local/aws/dynamodb/operations.ts';

const needed = (operation: string, body: unknown) =>
  neededFor(operation, body, (name) => `arn:${name}`)?.map(({ action, resource }) => `${action} ${resource}`);
const TableName = 'T';

describe('the rights that an operation of DynamoDB needs', () => {
  it.each([
    ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'DescribeTable', 'Query', 'Scan'].map(
      (operation): [string, object, string[]] => [operation, { TableName }, [`dynamodb:${operation} arn:T`]],
    ),
    ['Query', { TableName, IndexName: 'I' }, ['dynamodb:Query arn:T/index/I']],
    ['Scan', { TableName, IndexName: 'I' }, ['dynamodb:Scan arn:T/index/I']],
    [
      'BatchWriteItem',
      { RequestItems: { T: [], U: [] } },
      ['dynamodb:BatchWriteItem arn:T', 'dynamodb:BatchWriteItem arn:U'],
    ],
    ['BatchGetItem', { RequestItems: { T: {} } }, ['dynamodb:BatchGetItem arn:T']],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName } }, { Get: { TableName } }] },
      ['dynamodb:GetItem arn:T'],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: ['Put', 'Update', 'Delete', 'ConditionCheck', 'Put'].map((part) => ({ [part]: { TableName } })),
      },
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => `dynamodb:${action} arn:T`),
    ],
  ] as [string, object, string[]][])('%s %j', (operation, body, rights) => {
    expect(needed(operation, body)).toEqual(rights);
  });

  it.each(['ExecuteStatement', 'CreateTable', 'constructor', ''])('are not known for %j', (operation) => {
    expect(needed(operation, { TableName })).toBeUndefined();
  });

  it('are not guessed from a body of another shape', () => {
    expect(() => needed('GetItem', {})).toThrow('TableName');
    expect(() => needed('TransactWriteItems', { TransactItems: [{ Upsert: { TableName } }] })).toThrow('Upsert');
  });

  it('go by the name in the request', () => {
    expect([operationOf('DynamoDB_20120810.PutItem'), operationOf(undefined)]).toEqual(['PutItem', '']);
  });
});
