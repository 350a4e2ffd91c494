import * as z from 'zod';
import type { ApiRequest } from './api-request.ts';

const iamCaller = z.object({
  iam: z.object({
    accountId: z.string().min(1),
    userId: z.string().min(1),
    userArn: z.string().min(1).optional().catch(undefined),
  }),
});

/** The route has no IAM authorizer: nobody's fault but ours. */
class CallerMissing extends Error {
  override readonly name = 'CallerMissing';
}

/**
 * Whose an Idempotency-Key is: the account and the IAM role or user, `<accountId>/<userId up to the colon>`. After the
 * colon stands the session's name, which differs from one session of the same role to the next. Throws CallerMissing.
 */
export function callerScope(request: ApiRequest): string {
  const { accountId, userId } = callerOf(request);
  return `${accountId}/${userId.split(':', 1).join()}`;
}

/** Who it was, session and all, for the record: the ARN, or what else IAM tells. Throws CallerMissing. */
export function callerName(request: ApiRequest): string {
  const { accountId, userId, userArn } = callerOf(request);
  return userArn ?? `${accountId}/${userId}`;
}

function callerOf({ requestContext }: ApiRequest) {
  const caller = iamCaller.safeParse(requestContext.authorizer);
  if (!caller.success) throw new CallerMissing('the event does not tell its IAM caller');
  return caller.data.iam;
}
