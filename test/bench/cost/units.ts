import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

const consumedSchema = z.object({ CapacityUnits: z.number() });
const outputSchema = z.object({
  ConsumedCapacity: z.union([consumedSchema.transform((one) => [one]), z.array(consumedSchema)]),
});

export type Units = { readonly writeUnits: number; readonly readUnits: number };

/** From now on, what the client's commands cost in units of the table and of its indexes. */
export function countUnits(client: DynamoDBDocumentClient): () => Units {
  let [writeUnits, readUnits] = [0, 0];
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        for (const { CapacityUnits } of outputSchema.parse(result.output).ConsumedCapacity)
          if (/^(Query|Get)/.test(commandName)) readUnits += CapacityUnits;
          else writeUnits += CapacityUnits;
        return result;
      },
    { step: 'initialize', name: 'countUnits' },
  );
  return () => ({ writeUnits, readUnits });
}
