import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

// What can go wrong, or be measured, between the SDK and the table; the table itself is real.

const consumedSchema = z.object({
  WriteCapacityUnits: z.number().optional(),
  CapacityUnits: z.number().optional(),
  GlobalSecondaryIndexes: z.record(z.string(), z.object({ CapacityUnits: z.number() })).optional(),
});
const outputSchema = z.object({
  ConsumedCapacity: z.union([consumedSchema.transform((one) => [one]), z.array(consumedSchema)]),
});

export type Spent = { readonly command: string; readonly units: number; readonly ofIndex: number };

/** From now on, what every write of the client costs: units of the table and of its index together. */
export function countWriteUnits(client: DynamoDBDocumentClient): Spent[] {
  const spent: Spent[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
      const result = await next(args);
      const parsed = outputSchema.safeParse(result.output);
      const consumed = parsed.success && !isRead.test(context.commandName ?? '') ? parsed.data.ConsumedCapacity : [];
      for (const { CapacityUnits = 0, GlobalSecondaryIndexes = {} } of consumed) {
        const ofIndex = Object.values(GlobalSecondaryIndexes).reduce((sum, index) => sum + index.CapacityUnits, 0);
        spent.push({ command: context.commandName ?? '', units: CapacityUnits, ofIndex });
      }
      return result;
    },
    { step: 'initialize', name: 'countWriteUnits' },
  );
  return spent;
}

const isRead = /^(Query|Get)/;

export const sumOf = (spent: readonly Spent[]): number => spent.reduce((sum, { units }) => sum + units, 0);

/**
 * The next so many answers, to these commands, are lost on the way: what was asked for has taken effect, and the SDK
 * asks again.
 */
export function loseAnswers(client: DynamoDBDocumentClient, count: number, commands = /./): void {
  let left = count;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      // An answer that tells of a refusal is an error and comes through.
      const result = await next(args);
      if (left === 0 || !commands.test(context.commandName ?? '')) return result;
      left -= 1;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    },
    { step: 'deserialize', priority: 'high', name: `loseAnswers ${client.middlewareStack.identify().length}` },
  );
}

/** The next requests fail with these errors, in order, and have no effect; then the table is there again. */
export function failWith(
  client: DynamoDBDocumentClient,
  errors: readonly Error[],
): { readonly requests: () => number } {
  const waiting = [...errors];
  let requests = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      requests += 1;
      const error = waiting.shift();
      if (error !== undefined) throw error;
      return next(args);
    },
    { step: 'build', name: 'failWith' },
  );
  return { requests: () => requests };
}

/** DynamoDB forgets a transaction's token after ten minutes: here it never knew it. */
export function forgetTokens(client: DynamoDBDocumentClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      if ('ClientRequestToken' in args.input) Object.assign(args.input, { ClientRequestToken: randomUUID() });
      return next(args);
    },
    { step: 'initialize', name: 'forgetTokens' },
  );
}

/** The table takes only the first so many items of every batch; of 0, it is not even asked. */
export function takeOnly(client: DynamoDBDocumentClient, itemsMax: number): void {
  const batchSchema = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) });
  client.middlewareStack.add(
    (next) => async (args) => {
      const batch = batchSchema.safeParse(args.input);
      const [tableName, writes] = Object.entries(batch.data?.RequestItems ?? {})[0] ?? [];
      if (tableName === undefined || writes === undefined || writes.length <= itemsMax) return next(args);
      Object.assign(args.input, { RequestItems: { [tableName]: writes.slice(0, itemsMax) } });
      const result = itemsMax > 0 ? await next(args) : { output: { $metadata: {} }, response: undefined };
      Object.assign(result.output, { UnprocessedItems: { [tableName]: writes.slice(itemsMax) } });
      return result;
    },
    { step: 'initialize', name: 'takeOnly' },
  );
}
