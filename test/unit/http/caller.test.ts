import { describe, expect, it } from 'vitest';
import { apiRequestSchema } from '../../../shared/http/api-request.ts';
import { callerScope } from '../../../shared/http/caller.ts';
import { apiEvent } from '../functions/api-event.ts';

const scopeWith = (authorizer?: unknown): string => {
  const { requestContext, ...event } = apiEvent('POST /v1/limit-increases');
  return callerScope(apiRequestSchema.parse({ ...event, requestContext: { ...requestContext, authorizer } }));
};
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
