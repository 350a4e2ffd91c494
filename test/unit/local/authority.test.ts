import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../../infra/local/aws/iam/authority.ts';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { readBody } from '../../../infra/local/process/read-body.ts';
import { signedFetch } from '../../../submit/signed-fetch.ts';
import { account, functionSpec, region } from './function-specs.ts';

const table = `arn:aws:dynamodb:${region}:${account}:table/Ledger`;
const reader = functionSpec('reader', [{ action: 'dynamodb:Query', resource: table }]);
const writer = functionSpec('writer', [
  { action: 'dynamodb:PutItem', resource: table },
  { action: 'dynamodb:Query', resource: table },
]);
const uploader = {
  ...{ name: 'uploader', accessKeyId: 'AKIAUPLOADER00000001', secretAccessKey: 'local-secret-of-uploader' },
  arn: `arn:aws:sts::${account}:assumed-role/uploader/session-1`,
  grants: [{ action: 's3:PutObject', resource: 'arn:aws:s3:::files/incoming/*' }],
};
const authorityOf = (now = () => Date.now()) =>
  createAuthority({ functions: [writer, reader], callers: [uploader], account, region, now });
type Authority = ReturnType<typeof authorityOf>;

/** What stood before the authority last. */
let seen: { readonly request: IncomingMessage; readonly body: Buffer };
let server: LoopbackServer;
beforeAll(async () => {
  server = await listenOnLoopback(async (request, response) => {
    const body = await readBody(request, 1_000);
    if (body !== 'too_large') seen = { request, body };
    response.end();
  });
});
afterAll(() => server.close());

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

async function identified(authority: Authority, credentials: Credentials, service = 'dynamodb') {
  await signedFetch(server.url, { credentials, service, region }, { method: 'POST', body: '{}' });
  return authority.identify('dynamodb', seen.request, seen.body);
}

async function principalOf(authority: Authority, spec: typeof reader | typeof uploader) {
  const principal = await identified(authority, 'grants' in spec ? spec : credentialsOf(spec));
  if (typeof principal === 'string') throw new Error(principal);
  return principal;
}

describe('who calls', () => {
  it('is a function in its role, known by the credentials that it alone was given', async () => {
    const arn = `arn:aws:sts::${account}:assumed-role/Role-of-reader/Tiny-reader`;
    expect(await principalOf(authorityOf(), reader)).toMatchObject({ name: 'reader', arn });
    expect(await principalOf(authorityOf(), writer)).toMatchObject({ name: 'writer' });
  });

  it('is an outsider with another key, or without any', async () => {
    const developer = { accessKeyId: 'local', secretAccessKey: 'local' };
    expect(await identified(authorityOf(), developer)).toBe('outsider');
    await fetch(server.url);
    expect(authorityOf().identify('dynamodb', seen.request, seen.body)).toBe('outsider');
  });

  it("is a forger with a function's key under another secret, over another body, for another service, or late", async () => {
    const forged = { ...credentialsOf(reader), secretAccessKey: 'guessed' };
    expect(await identified(authorityOf(), forged)).toBe('forged');
    expect(await identified(authorityOf(), credentialsOf(reader), 'secretsmanager')).toBe('forged');
    expect(
      await identified(
        authorityOf(() => Date.now() + 3_600_000),
        credentialsOf(reader),
      ),
    ).toBe('forged');
    await principalOf(authorityOf(), reader);
    expect(authorityOf().identify('dynamodb', seen.request, Buffer.from('{"more":1}'))).toBe('forged');
  });
});

describe('a caller with a key', () => {
  it('is known by it, and a forger with another secret', async () => {
    expect(await principalOf(authorityOf(), uploader)).toMatchObject({ name: 'uploader' });
    expect(await identified(authorityOf(), { ...uploader, secretAccessKey: 'guessed' })).toBe('forged');
  });

  it('may do what is granted, under a prefix too, and nothing of it is listed as a right of functions', async () => {
    const authority = authorityOf();
    const principal = await principalOf(authority, uploader);
    const may = (action: string, resource: string) => authority.authorize(principal, action, resource).allowed;
    expect(may('s3:PutObject', 'arn:aws:s3:::files/incoming/a/b.csv')).toBe(true);
    expect(may('s3:PutObject', 'arn:aws:s3:::files/reports/a')).toBe(false);
    expect(may('s3:GetObject', 'arn:aws:s3:::files/incoming/a')).toBe(false);
    expect(authority.used()).toEqual([]);
    expect(authority.granted().filter((grant) => grant.function === 'uploader')).toEqual([]);
  });
});

describe('what a function may do', () => {
  it('is what its own role grants, to the letter; the rest is denied in the words of AWS', async () => {
    const authority = authorityOf();
    const principal = await principalOf(authority, reader);
    expect(authority.authorize(principal, 'dynamodb:Query', table)).toEqual({ allowed: true });
    const denied = [
      ['dynamodb:PutItem', table],
      ['dynamodb:Query', `${table}/index/openWork`],
      ['dynamodb:query', table],
    ] as const;
    for (const [action, resource] of denied)
      expect(authority.authorize(principal, action, resource)).toEqual({
        allowed: false,
        message: `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      });
  });

  it('is listed, sorted, and so is what was made use of, once, and never what was denied', async () => {
    const authority = authorityOf();
    const principal = await principalOf(authority, reader);
    expect(authority.used()).toEqual([]);
    for (const action of ['dynamodb:Query', 'dynamodb:Query', 'dynamodb:PutItem'])
      authority.authorize(principal, action, table);
    expect(authority.used()).toEqual([{ function: 'reader', action: 'dynamodb:Query', resource: table }]);
    expect(authority.granted().map((grant) => `${grant.function} ${grant.action}`)).toEqual([
      'reader dynamodb:Query',
      'writer dynamodb:PutItem',
      'writer dynamodb:Query',
    ]);
  });
});
