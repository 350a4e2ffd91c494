import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Condition } from './conditions.ts';
import { type Change, expressionsOf } from './expressions.ts';
import { faultOf, LedgerFault } from './faults.ts';
import type { Key } from './keys.ts';
import { oldItem } from './old-item.ts';
import type { Patience } from './patience.ts';
import type { Attributes } from './stored-item.ts';
import { tokenOf } from './write-token.ts';

/** One write of a transaction. `refused` says what it means that its condition failed, from the item that stands there. */
export type Part<Refusal> = {
  readonly condition?: Condition | undefined;
  readonly refused?: ((old: Attributes | undefined) => Refusal) | undefined;
} & ({ readonly put: Attributes } | { readonly update: Key; readonly change: Change });

export type Transaction<Refusal> = {
  readonly operation: string;
  /** Names the logical write: DynamoDB takes a repeat under the same token for the same write, and does nothing. */
  readonly token: string;
  /** If several conditions fail, the first of these parts decides: those that say most come first. */
  readonly parts: readonly Part<Refusal>[];
};

export type Transact = ReturnType<typeof createTransact>;

/** DynamoDB's own limit. */
const partsMax = 100;

const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

export function createTransact(client: DynamoDBDocumentClient, tableName: string, patience: () => Patience) {
  /** All of the parts, or none. @throws LedgerFault */
  return async <Refusal>({ operation, token, parts }: Transaction<Refusal>): Promise<'written' | Refusal> => {
    if (parts.length > partsMax) throw new LedgerFault(operation, `more than ${partsMax} items at once`);
    // DynamoDB knows a token for the whole account: another table may see the same write.
    const ClientRequestToken = tokenOf([tableName, token]);
    const command = { TransactItems: parts.map((part) => itemOf(part, tableName)), ClientRequestToken };
    const again = patience();
    for (;;) {
      const cancelled = await send(operation, command);
      if (cancelled === undefined) return 'written';
      const { reasons, ...origin } = cancelled;
      // A condition that failed is final, whatever else went wrong beside it.
      for (const [index, part] of parts.entries()) {
        const reason = reasons[index];
        if (reason?.Code === 'ConditionalCheckFailed' && part.refused) return part.refused(oldItem(reason.Item));
      }
      const codes = reasons.map(({ Code = 'None' }) => Code).filter((code) => code !== 'None');
      const mayPass = codes.length > 0 && codes.every((code) => passing.has(code));
      if (!mayPass || !(await again())) throw new LedgerFault(operation, `cancelled: ${codes.join(', ')}`, origin);
    }
  };

  async function send(operation: string, command: TransactWriteCommand['input']): Promise<Cancelled | undefined> {
    try {
      await client.send(new TransactWriteCommand(command));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw faultOf(operation, error);
      const { CancellationReasons: reasons = [], name: awsErrorName, $metadata } = error;
      return { reasons, awsErrorName, awsRequestId: $metadata.requestId };
    }
  }
}

type Cancelled = {
  /** One for each part, in their order. */
  readonly reasons: readonly CancellationReason[];
  readonly awsErrorName: string;
  readonly awsRequestId: string | undefined;
};

type TransactItem = NonNullable<TransactWriteCommand['input']['TransactItems']>[number];

function itemOf<Refusal>(part: Part<Refusal>, TableName: string): TransactItem {
  const common = { TableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  if ('put' in part) return { Put: { ...common, Item: part.put, ...expressionsOf(part.condition) } };
  const { UpdateExpression = '', ...others } = expressionsOf(part.condition, part.change);
  return { Update: { ...common, Key: part.update, UpdateExpression, ...others } };
}
