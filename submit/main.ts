import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { localDirectory } from '../infra/local/stack-file.ts';
import { help, readCommandLine, type Submission } from './command-line.ts';
import { readDeployedStack } from './deployed-stack.ts';
import { SubmitFault } from './fault.ts';
import { createGateway } from './gateway.ts';
import { readLocalStack } from './local-stack.ts';
import { createProgressBar } from './progress-bar.ts';
import { createS3Client, type Stack } from './stack.ts';
import { createSubmit } from './submit.ts';

// npm run submit -- FILE: see command-line.ts for what it takes and what it answers.

const interrupt = new AbortController();
const { signal } = interrupt;
// Once: whoever presses Ctrl-C again does not want to wait.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());

async function main(): Promise<number> {
  const submission = readCommandLine(process.argv.slice(2));
  if (submission === 'help') {
    console.log(help);
    return 0;
  }
  const stack = await stackOf(submission);
  const submit = createSubmit({
    gateway: createGateway(stack, signal),
    s3: createS3Client(stack),
    bucket: stack.uploadsBucket,
    bar: createProgressBar(process.stderr, Date.now),
    say: console.log,
    clock: Date.now,
    pause: (ms) => setTimeout(ms, undefined, { signal }),
    randomHex: () => randomBytes(4).toString('hex'),
    signal,
    // npm runs scripts in the package; paths are meant from where it was called.
    directory: process.env['INIT_CWD'] ?? process.cwd(),
  });
  return submit(submission);
}

function stackOf({ stackName, profile }: Submission): Promise<Stack> {
  if (stackName === undefined) return readLocalStack(join(localDirectory, 'stack.json'));
  return readDeployedStack(new CloudFormationClient(profile === undefined ? {} : { profile }), stackName);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof SubmitFault ? error.message : error);
  process.exitCode = 1;
}
