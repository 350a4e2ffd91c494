import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { startTinyCloud } from '../unit/local/tiny-cloud.ts';

// Whatever ends the local cloud, nothing of it stays behind.

/** Gone, or a zombie that waits for init to notice. */
async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '0 (gone) Z');
  return /\) Z/.test(stat);
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

it('close() ends every process and every port', async () => {
  const tiny = await startTinyCloud();
  const { pid } = await tiny.see('subject');
  const { apiUrl, lambdaEndpoint, secretsManagerEndpoint, dynamodbEndpoint, dynamodbEmulatorEndpoint } = tiny.cloud;
  expect(await answers(apiUrl)).toBe(true);
  await tiny.close();
  expect(await isGone(pid)).toBe(true);
  const own = process.env['AWS_ENDPOINT_URL_DYNAMODB'] === undefined ? [dynamodbEmulatorEndpoint] : [];
  for (const url of [apiUrl, lambdaEndpoint, secretsManagerEndpoint, dynamodbEndpoint, ...own])
    expect(await answers(url)).toBe(false);
});

it('an invocation that is under way ends with it', async () => {
  const tiny = await startTinyCloud();
  const hanging = tiny.failureOf('subject', { do: 'hang' });
  await expect.poll(() => tiny.cloud.logs('subject').join()).toContain('START');
  await tiny.close();
  expect((await hanging).errorMessage).toContain('SIGKILL');
});

it('a process that is just being started is not forgotten', async () => {
  const tiny = await startTinyCloud();
  const starting = tiny.failureOf('subject', { do: 'hang' });
  await tiny.close();
  expect((await starting).errorType).toBe('Runtime.ExitError');
});

it('SIGKILL leaves neither a frozen function nor the emulator behind', async () => {
  const script = join(import.meta.dirname, '../unit/local/boot-tiny-cloud.ts');
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const { assembly, functionPid, dynamodb } = z
    .object({ assembly: z.string(), functionPid: z.number(), dynamodb: z.string() })
    .parse(JSON.parse(String(line)));
  expect(await isGone(functionPid)).toBe(false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await rm(assembly, { recursive: true });
  await expect.poll(() => isGone(functionPid), { timeout: 10_000 }).toBe(true);
  if (process.env['AWS_ENDPOINT_URL_DYNAMODB'] === undefined)
    await expect.poll(() => answers(dynamodb), { timeout: 10_000 }).toBe(false);
});
