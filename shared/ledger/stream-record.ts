import * as z from 'zod';
import { requestOfKey } from './keys.ts';

/** A change of a request's item, as DynamoDB's stream tells it: the request's ID. Of any other item: a fault. */
export const changedRequestSchema = z
  .object({
    dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }) }),
  })
  .transform(({ dynamodb: { Keys } }, context) => {
    const requestId = requestOfKey({ pk: Keys.pk.S, sk: Keys.sk.S });
    if (requestId !== undefined) return requestId;
    context.addIssue({ code: 'custom', message: 'is no change of a request' });
    return z.NEVER;
  });
