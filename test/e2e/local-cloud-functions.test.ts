import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGate } from '../unit/local/gate.ts';
import { startTinyCloud, type TinyCloud } from '../unit/local/tiny-cloud.ts';

// How functions run in the local cloud, with functions of a few lines.

let tiny: TinyCloud;
beforeAll(async () => {
  tiny = await startTinyCloud();
});
afterAll(() => tiny.close());

describe('a function', () => {
  it('is loaded once and invoked many times, in the same process, on the Node.js that runs the tests', async () => {
    const first = await tiny.see('subject');
    const second = await tiny.see('subject');
    expect(second).toMatchObject({ pid: first.pid, count: first.count + 1, node: process.version });
    expect(first.pid).not.toBe(process.pid);
  });

  it('is frozen between invocations', async () => {
    const { pid } = await tiny.see('subject');
    // The third field is the state: T for stopped.
    await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) T /);
    expect(await tiny.see('subject')).toMatchObject({ pid });
  });

  it('finds in its environment what the template and Lambda give, and nothing of the developer', async () => {
    const { environment } = await tiny.see('subject');
    expect(Object.keys(environment).sort()).toEqual(
      [
        ...[
          'AWS_ACCESS_KEY_ID',
          'AWS_DEFAULT_REGION',
          'AWS_ENDPOINT_URL_DYNAMODB',
          'AWS_ENDPOINT_URL_SECRETS_MANAGER',
          'AWS_ENDPOINT_URL_S3',
          'AWS_ENDPOINT_URL_SQS',
          'AWS_ENDPOINT_URL_EVENTBRIDGE',
        ],
        ...[
          'AWS_EXECUTION_ENV',
          'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
          'AWS_LAMBDA_FUNCTION_NAME',
          'AWS_LAMBDA_FUNCTION_VERSION',
        ],
        ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
        ...['AWS_LAMBDA_RUNTIME_API', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'LAMBDA_TASK_ROOT'],
        ...['LANG', 'TABLE_NAME', 'TZ', '_HANDLER', '_X_AMZN_TRACE_ID'],
      ].sort(),
    );
    expect(environment).toMatchObject({
      TABLE_NAME: tiny.cloud.tableName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      TZ: ':UTC',
    });
    expect((await tiny.see('bounded')).environment['AWS_ACCESS_KEY_ID']).not.toBe(environment['AWS_ACCESS_KEY_ID']);
  });

  it('is told its name, request and time', async () => {
    const { context, remaining, environment } = await tiny.see('subject');
    expect(context).toMatchObject({
      functionName: tiny.cloud.functions['subject'],
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      invokedFunctionArn: `arn:aws:lambda:${tiny.cloud.region}:111122223333:function:${tiny.cloud.functions['subject']}`,
    });
    expect(remaining).toBeGreaterThan(5_000);
    expect(remaining).toBeLessThanOrEqual(10_000);
    expect(environment['_X_AMZN_TRACE_ID']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/);
  });

  it('fails with the error that it throws, and lives on', async () => {
    const { pid } = await tiny.see('subject');
    expect(await tiny.failureOf('subject', { do: 'throw' })).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'as told',
    });
    expect(await tiny.see('subject')).toMatchObject({ pid });
  });

  it.each([
    [
      'exits',
      { do: 'exit' },
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 3$/) },
    ],
    ['throws outside of its handler', { do: 'crash' }, { errorType: 'Error', errorMessage: 'outside of the handler' }],
  ])('that %s fails, and is replaced', async (_, event, error) => {
    const { pid } = await tiny.see('subject');
    expect(await tiny.failureOf('subject', event)).toMatchObject(error);
    const next = await tiny.see('subject');
    expect(next.count).toBe(1);
    expect(next.pid).not.toBe(pid);
  });

  it('is killed at its timeout, and replaced', async () => {
    const error = await tiny.failureOf('hasty', { do: 'hang' });
    expect(error.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/);
    expect(await tiny.see('hasty')).toMatchObject({ count: 1 });
  });

  it('that cannot be loaded fails at every invocation', async () => {
    const error = { errorType: 'TypeError', errorMessage: 'cannot be loaded' };
    expect(await tiny.failureOf('unloadable', {})).toMatchObject(error);
    expect(await tiny.failureOf('unloadable', {})).toMatchObject(error);
    const answer = await fetch(`${tiny.cloud.apiUrl}/unloadable`);
    expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  it('may return at most 6 MB', async () => {
    expect(await tiny.failureOf('subject', { do: 'flood' })).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  it('can be killed in the middle, and is replaced', async () => {
    const held = await startGate();
    const ended = tiny.failureOf('subject', { do: 'gate', url: held.url });
    await held.arrivals(1);
    expect(tiny.cloud.killFunction('subject')).toBeGreaterThan(0);
    expect((await ended).errorMessage).toMatch(/signal: SIGKILL$/);
    expect(await tiny.see('subject')).toMatchObject({ count: 1 });
    await held.close();
  });

  it('has a log of its own', async () => {
    await tiny.cloud.invoke('subject', { do: 'print', text: 'for the log' });
    expect(tiny.cloud.logs('subject')).toContain('printed for the log');
    expect(tiny.cloud.logs('bounded')).not.toContain('printed for the log');
  });

  it('runs at once as often as is reserved for it, each in a process of its own, and is throttled above', async () => {
    const held = await startGate();
    const wait = { do: 'gate', url: held.url };
    const running = [tiny.see('bounded', wait), tiny.see('bounded', wait)];
    await held.arrivals(2);
    expect(await tiny.cloud.invoke('bounded')).toEqual({ result: 'throttled' });
    const [byApi, byInvoke] = await Promise.all([tiny.post('/bounded', {}), tiny.invoke('bounded', '{}')]);
    expect([byApi.status, await byApi.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
    expect([byInvoke.status, byInvoke.headers.get('x-amzn-errortype')]).toEqual([429, 'TooManyRequestsException']);
    held.open();
    const [one, other] = await Promise.all(running);
    expect(one?.pid).not.toBe(other?.pid);
    await held.close();
  });

  it('without a bound waits for a free process rather than being refused', async () => {
    const seen = await Promise.all(Array.from({ length: 12 }, () => tiny.see('subject')));
    expect(new Set(seen.map(({ pid }) => pid)).size).toBeLessThanOrEqual(8);
  });
});
