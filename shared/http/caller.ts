import * as z from 'zod';
import type { ApiRequest } from './api-request.ts';

const iamCaller = z.object({ iam: z.object({ accountId: z.string().min(1), userId: z.string().min(1) }) });

/** The route has no IAM authorizer: nobody's fault but ours. */
class CallerMissing extends Error {
  override readonly name = 'CallerMissing';
}

/**
 * Whose an Idempotency-Key is: the account and the IAM role or user, `<accountId>/<userId up to the colon>`. After the
 * colon stands the session's name, which differs from one session of the same role to the next. Throws CallerMissing.
 */
export function callerScope({ requestContext }: ApiRequest): string {
  const caller = iamCaller.safeParse(requestContext.authorizer);
  if (!caller.success) throw new CallerMissing('the event does not tell its IAM caller');
  const { accountId, userId } = caller.data.iam;
  return `${accountId}/${userId.split(':', 1).join()}`;
}
