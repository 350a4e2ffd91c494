import { describe, expect, it } from 'vitest';
import { apiRequestSchema } from '../../../shared/http/api-request.ts';
import { callerName, callerScope } from '../../../shared/http/caller.ts';
import { apiEvent } from '../functions/api-event.ts';

const requestWith = (authorizer?: unknown) => {
  const { requestContext, ...event } = apiEvent('POST /v1/limit-increases');
  return apiRequestSchema.parse({ ...event, requestContext: { ...requestContext, authorizer } });
};
const scopeWith = (authorizer?: unknown): string => callerScope(requestWith(authorizer));
const iam = (userId: string, accountId = '123456789012') => ({ iam: { accountId, userId } });

describe('a caller’s scope', () => {
  it('is the same for every session of a role, and another for another role, user or account', () => {
    const scope = scopeWith(iam('AROAEXAMPLE:billing'));
    expect(scope).toBe('123456789012/AROAEXAMPLE');
    expect(scopeWith(iam('AROAEXAMPLE:another:session'))).toBe(scope);
    const others = [iam('AROAOTHER:billing'), iam('AIDAEXAMPLE'), iam('AROAEXAMPLE:billing', '210987654321')];
    expect(new Set([scope, ...others.map(scopeWith)]).size).toBe(4);
  });

  it.each([[undefined], [null], [{}], [{ jwt: {} }], [iam('')], [{ iam: { userId: 'x' } }]])(
    'is not made up where the event tells none: %j',
    (authorizer) => {
      expect(() => scopeWith(authorizer)).toThrow('the event does not tell its IAM caller');
    },
  );
});

describe('a caller’s name', () => {
  it('is the ARN that IAM tells, session and all, or else account and user', () => {
    const userArn = 'arn:aws:sts::123456789012:assumed-role/Operator/kim';
    const { iam: known } = iam('AROAEXAMPLE:kim');
    expect(callerName(requestWith({ iam: { ...known, userArn } }))).toBe(userArn);
    for (const none of [undefined, null, ''])
      expect(callerName(requestWith({ iam: { ...known, userArn: none } }))).toBe('123456789012/AROAEXAMPLE:kim');
    expect(() => callerName(requestWith())).toThrow('the event does not tell its IAM caller');
  });
});
