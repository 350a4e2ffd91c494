import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthority } from '../../../infra/local/aws/iam/authority.ts';
import { createSecrets } from '../../../infra/local/aws/secrets-door.ts';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { signedFetch } from '../../../submit/signed-fetch.ts';
import { account, functionSpec, region } from './function-specs.ts';

const arnOf = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
const action = 'secretsmanager:GetSecretValue';
const reader = functionSpec('reader', [{ action, resource: arnOf('kona/plate') }]);
const authority = createAuthority({ functions: [reader], account, region, now: () => Date.now() });
const secrets = createSecrets({ secrets: [arnOf('kona/plate'), arnOf('other')], authority, now: () => 7_000 });

let server: LoopbackServer;
beforeAll(async () => {
  secrets.put(arnOf('kona/plate'), 'of KONA');
  secrets.put(arnOf('other'), 'of others');
  server = await listenOnLoopback(secrets.door);
});
afterAll(() => server.close());

async function ask(SecretId: string, { operation = 'GetSecretValue', credentials = credentialsOf(reader) } = {}) {
  const signing = { credentials, service: 'secretsmanager', region };
  const headers = { 'x-amz-target': `secretsmanager.${operation}` };
  const answer = await signedFetch(server.url, signing, {
    method: 'POST',
    headers,
    body: JSON.stringify({ SecretId }),
  });
  return [answer.status, await answer.json()];
}

it.each([arnOf('kona/plate'), 'kona/plate'])(
  'gives a function the secret that it may read, asked for as %s',
  async (id) => {
    const told = { ARN: arnOf('kona/plate'), Name: 'kona/plate', SecretString: 'of KONA', CreatedDate: 7 };
    expect(await ask(id)).toEqual([200, expect.objectContaining(told)]);
    expect(authority.used()).toEqual([{ function: 'reader', action, resource: arnOf('kona/plate') }]);
  },
);

it.each([[arnOf('other')], ['other'], ['no-such-secret']])(
  'denies it %s, whether that exists or not, and says nothing of its value',
  async (id) => {
    const [status, body] = await ask(id);
    expect([status, body]).toEqual([400, { __type: 'AccessDeniedException', Message: expect.any(String) }]);
    expect(JSON.stringify(body)).not.toContain('of others');
  },
);

it('knows no other operation, and no forger', async () => {
  expect(await ask('kona/plate', { operation: 'PutSecretValue' })).toMatchObject([
    400,
    { __type: 'UnknownOperationException' },
  ]);
  const credentials = { ...credentialsOf(reader), secretAccessKey: 'guessed' };
  expect(await ask('kona/plate', { credentials })).toMatchObject([400, { __type: 'InvalidSignatureException' }]);
});

it('lets a developer read any, and tells which does not exist', async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  expect(await ask('other', { credentials })).toMatchObject([200, { SecretString: 'of others' }]);
  expect(await ask('no-such-secret', { credentials })).toMatchObject([400, { __type: 'ResourceNotFoundException' }]);
});
