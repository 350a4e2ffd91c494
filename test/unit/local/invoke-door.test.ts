import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../../infra/local/aws/iam/authority.ts';
import { credentialsOf } from '../../../infra/local/lambda/credentials.ts';
import { createFunctionLog } from '../../../infra/local/lambda/function-log.ts';
import type { FunctionPool } from '../../../infra/local/lambda/function-pool.ts';
import type { Functions } from '../../../infra/local/lambda/functions.ts';
import { type InvocationResult, payloadBytesMax } from '../../../infra/local/lambda/invocation.ts';
import { createInvokeDoor } from '../../../infra/local/lambda/invoke-door.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { signedFetch } from '../../../submit/signed-fetch.ts';
import { account, functionArn, functionSpec, region } from './function-specs.ts';

const granted = { action: 'lambda:InvokeFunction', resource: functionArn('target') };
const waker = functionSpec('waker', [granted]);
const target = functionSpec('target');
const authority = createAuthority({ functions: [waker, target], account, region, now: () => Date.now() });

/** What the functions were invoked with, and what they answer next. */
const invoked: string[] = [];
let outcome: InvocationResult = { result: 'returned', payload: '[1]' };
const pools: FunctionPool[] = [waker, target].map((spec) => ({
  spec,
  invoke: async ({ event }) => {
    invoked.push(`${spec.localName} ${event}`);
    return outcome;
  },
  kill: () => 0,
  close: async () => {},
}));
const functions: Functions = {
  find: (name) => pools.find(({ spec }) => [spec.arn, spec.name].includes(name)),
  invocationOf: (event) => ({ requestId: 'r-1', event, traceId: 't-1' }),
  invokeLater: ({ spec }, { event }) => invoked.push(`later ${spec.localName} ${event}`),
  logOf: () => createFunctionLog(undefined),
  close: async () => {},
};

let server: LoopbackServer;
beforeAll(async () => {
  server = await listenOnLoopback(createInvokeDoor(functions, authority));
});
afterEach(() => {
  invoked.splice(0);
  outcome = { result: 'returned', payload: '[1]' };
});
afterAll(() => server.close());

type Sent = { readonly body?: string; readonly headers?: Record<string, string> };

async function invoke(name: string, credentials = credentialsOf(waker), { body = '{}', headers = {} }: Sent = {}) {
  const url = `${server.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const answer = await signedFetch(url, { credentials, service: 'lambda', region }, { method: 'POST', headers, body });
  return { status: answer.status, type: answer.headers.get('x-amzn-errortype'), text: await answer.text() };
}
const developer = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('the Invoke API lets a function', () => {
  it('invoke another that its role names, by name or ARN, and remembers it', async () => {
    for (const name of ['Tiny-target', functionArn('target')])
      expect(await invoke(name)).toEqual({ status: 200, type: null, text: '[1]' });
    expect(invoked).toEqual(['target {}', 'target {}']);
    expect(authority.used()).toEqual([{ function: 'waker', ...granted }]);
  });

  it.each(['RequestResponse', 'Event', 'DryRun'])('invoke no other, as %s neither: nothing runs', async (type) => {
    const headers = { 'x-amz-invocation-type': type };
    for (const [name, credentials] of [
      ['Tiny-waker', credentialsOf(waker)],
      ['Tiny-target', credentialsOf(target)],
    ] as const)
      expect(await invoke(name, credentials, { headers })).toMatchObject({
        status: 403,
        type: 'AccessDeniedException',
        text: expect.stringContaining(
          `is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn(name.replace('Tiny-', ''))}`,
        ),
      });
    expect(invoked).toEqual([]);
  });

  it('do nothing under a forged signature', async () => {
    const forged = { ...credentialsOf(waker), secretAccessKey: 'guessed' };
    expect(await invoke('Tiny-target', forged)).toMatchObject({ status: 403, type: 'InvalidSignatureException' });
    expect(invoked).toEqual([]);
  });
});

describe('the Invoke API lets a developer', () => {
  it('invoke any function, now, later or not at all', async () => {
    const as = (type: string) => invoke('Tiny-waker', developer, { headers: { 'x-amz-invocation-type': type } });
    expect([await as('RequestResponse'), await as('Event'), await as('DryRun')]).toMatchObject([
      { status: 200, text: '[1]' },
      { status: 202, text: '' },
      { status: 204, text: '' },
    ]);
    expect(invoked).toEqual(['waker {}', 'later waker {}']);
    expect(await as('Tomorrow')).toMatchObject({ status: 400, type: 'InvalidParameterValueException' });
  });

  it('send no event at all, which is an empty one, but neither half JSON nor more than 6 MB', async () => {
    const url = `${server.url}/2015-03-31/functions/Tiny-target/invocations`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    expect(invoked).toEqual(['target {}']);
    const send = (body: string) => invoke('Tiny-target', developer, { body });
    expect(await send('{"half":')).toMatchObject({ status: 400, type: 'InvalidRequestContentException' });
    expect(await send(`"${'x'.repeat(payloadBytesMax)}"`)).toMatchObject({ status: 413 });
  });

  it('know a throttled function from one that is not there', async () => {
    outcome = { result: 'throttled' };
    expect(await invoke('Tiny-target', developer)).toMatchObject({ status: 429, type: 'TooManyRequestsException' });
    expect(await invoke('nobody', developer)).toMatchObject({ status: 404, type: 'ResourceNotFoundException' });
  });
});
