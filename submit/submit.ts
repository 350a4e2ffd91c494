import { createReadStream } from 'node:fs';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Submission } from './command-line.ts';
import { SubmitFault, textOf } from './fault.ts';
import { fetchReports } from './fetch-reports.ts';
import { follow } from './follow.ts';
import type { Gateway, LimitIncrease } from './gateway.ts';
import type { ProgressBar } from './progress-bar.ts';
import { uploadFile } from './upload-file.ts';
import { uploadKeyOf } from './upload-key.ts';
import { exitCodeOf, verdictLines } from './verdict.ts';

export type SubmitDeps = {
  readonly gateway: Gateway;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly bar: ProgressBar;
  readonly say: (line: string) => void;
  readonly clock: () => number;
  /** Ends early, by throwing, when the signal aborts. */
  readonly pause: (ms: number) => Promise<unknown>;
  readonly randomHex: () => string;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** From where relative paths lead. */
  readonly directory: string;
};

const everyMs = 1_000;
const patienceMs = 300_000;

/**
 * Uploads a file, follows it to its end, and leaves its reports on this machine. Answers the exit code that `help` names.
 * @throws SubmitFault for whatever keeps it from that; if it says so, nothing was uploaded.
 */
export function createSubmit(deps: SubmitDeps) {
  const { gateway, s3, bucket, bar, say, clock, signal, directory } = deps;

  return async ({ file, dryRun, out }: Submission): Promise<number> => {
    const source = resolve(directory, file);
    const bytesTotal = await sizeOf(source);
    const target = join(await writable(out === undefined ? dirname(source) : resolve(directory, out)), basename(file));
    const key = uploadKeyOf(file, { dryRun, now: clock(), randomHex: deps.randomHex() });
    try {
      await assertReachable(key);
      await upload(source, key, bytesTotal);
    } catch (error) {
      bar.end();
      if (signal.aborted)
        return stopped('Stopped: nothing was submitted, unless the last byte had arrived.', ...whereToLook(key));
      if (error instanceof SubmitFault) throw error;
      throw new SubmitFault(`The upload to s3://${bucket}/${key} failed: ${textOf(error)}`);
    }
    say(`${file} is s3://${bucket}/${key}`);
    try {
      return await untilReported(key, target);
    } catch (error) {
      bar.end();
      if (!signal.aborted) throw error;
      return stopped('Stopped watching: the file goes on without you.', ...whereToLook(key));
    }
  };

  async function assertReachable(key: string): Promise<void> {
    const answer = await gateway.find(key);
    if ('unavailable' in answer) throw new SubmitFault(`${answer.unavailable} ${nothing}`);
  }

  async function upload(source: string, key: string, bytesTotal: number): Promise<void> {
    const onSent = (bytesSent: number) => bar.show({ stage: 'uploading', bytesSent, bytesTotal });
    onSent(0);
    await uploadFile({ s3, bucket, key, body: createReadStream(source), onSent, signal });
  }

  async function untilReported(key: string, target: string): Promise<number> {
    let last: LimitIncrease | undefined;
    for await (const limitIncrease of follow({ ...deps, everyMs, patienceMs }, key)) {
      bar.show(limitIncrease === undefined ? { stage: 'waiting' } : { stage: 'following', limitIncrease });
      last = limitIncrease;
    }
    bar.end();
    if (last?.upload.reports === undefined) throw new Error('a file was followed to no end');
    for (const line of verdictLines(last)) say(line);
    const { paths, nextSteps } = await fetchReports({ s3, bucket, prefix: last.upload.reports, path: target });
    for (const step of nextSteps) say(`Next: ${step}`);
    for (const path of paths) say(`Wrote ${path}`);
    return exitCodeOf(last);
  }

  function whereToLook(key: string): string[] {
    return [
      `GET ${gateway.url}/v1/limit-increases?uploadKey=${encodeURIComponent(key)}`,
      'tells how far it is, and as upload.reports where its reports lie once they are written.',
    ];
  }

  function stopped(...lines: string[]): number {
    for (const line of lines) say(line);
    return 130;
  }
}

const nothing = 'Nothing was uploaded.';

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new SubmitFault(`There is no file ${path}. ${nothing}`);
  if (!found.isFile()) throw new SubmitFault(`${path} is no file. ${nothing}`);
  await access(path, constants.R_OK).catch(() => {
    throw new SubmitFault(`${path} may not be read. ${nothing}`);
  });
  return found.size;
}

/** Makes the directory if it has to; answers it. */
async function writable(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
    return directory;
  } catch {
    throw new SubmitFault(`The reports cannot be left in ${directory}: name another place with --out. ${nothing}`);
  }
}
