import type { Grant } from '../../../infra/local/aws/iam/policy.ts';
import type { FunctionSpec } from '../../../infra/local/template/stack.ts';

export const account = '111122223333';
export const region = 'ap-northeast-2';
export const functionArn = (localName: string): string =>
  `arn:aws:lambda:${region}:${account}:function:Tiny-${localName}`;

/** A function as the doors see it, which never runs: its name, and what its role grants. */
export const functionSpec = (localName: string, grants: readonly Grant[] = []): FunctionSpec => ({
  localName,
  name: `Tiny-${localName}`,
  arn: functionArn(localName),
  ...{ codeDirectory: '/nowhere', handler: 'index.handler', environment: {}, logGroupName: 'logs' },
  ...{ memoryMb: 128, timeoutMs: 3_000, retryAttempts: 0, eventAgeMs: 60_000 },
  role: { name: `Role-of-${localName}`, arn: `arn:aws:iam::${account}:role/Role-of-${localName}`, grants },
});
