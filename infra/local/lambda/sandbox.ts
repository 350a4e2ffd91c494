import { join } from 'node:path';
import type { GuardedProcesses } from '../process/guarded-processes.ts';
import type { FunctionSpec } from '../template/stack.ts';
import type { FunctionLog } from './function-log.ts';
import { failure, type Invocation, type InvocationResult } from './invocation.ts';
import { openRuntimeDoor, type RuntimeWord } from './runtime-door.ts';

/** Lambda gives 10 s. A machine that starts everything at once, on two cores, needs more. */
const initTimeoutMs = 30_000;

/**
 * One process of a function: it runs one invocation at a time, keeps what it holds in memory for the next, and is
 * frozen in between, timers and sockets with it, as on Lambda.
 */
export type Sandbox = {
  /** Only when the one before has ended. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationResult>;
  readonly isAlive: () => boolean;
  readonly kill: () => void;
};

export type SandboxDeps = {
  readonly spec: FunctionSpec;
  readonly environment: (runtimeApi: string) => Record<string, string>;
  readonly processes: GuardedProcesses;
  readonly log: FunctionLog;
  readonly now: () => number;
};

type Running = {
  readonly invocation: Invocation;
  readonly resolve: (result: InvocationResult) => void;
  /** What the function answered; the invocation ends when the runtime asks for the next one, or is gone. */
  outcome?: InvocationResult;
};

/** Starts the process; its handler is being loaded while the first invocation already waits for it. */
export async function startSandbox({ spec, environment, processes, log, now }: SandboxDeps): Promise<Sandbox> {
  const door = await openRuntimeDoor(hear);
  const child = processes.spawn(
    process.execPath,
    [`--max-old-space-size=${Math.floor(spec.memoryMb * 0.9)}`, join(import.meta.dirname, 'bootstrap.ts')],
    { cwd: spec.codeDirectory, env: environment(door.host) },
  );
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', log.write);
  child.once('error', (error) => die(error.message));
  child.once('exit', (code, signal) => die(signal === null ? `exit status ${code}` : `signal: ${signal}`));

  let phase: 'init' | 'frozen' | 'running' | 'dead' = 'init';
  let death = '';
  let running: Running | undefined;
  let timer: NodeJS.Timeout | undefined;

  function hear(word: RuntimeWord): void {
    if (word.word === 'next') next();
    else if (running === undefined) return;
    else if (word.word === 'init_error') running.outcome = { result: 'failed', payload: word.payload };
    else if (word.requestId === running.invocation.requestId) running.outcome = resultOf(word);
  }

  function next(): void {
    if (running !== undefined && running.outcome === undefined) {
      deliver(running.invocation);
      return;
    }
    phase = 'frozen';
    child.kill('SIGSTOP');
    if (running?.outcome !== undefined) end(running.outcome);
  }

  function deliver(invocation: Invocation): void {
    phase = 'running';
    limit(spec.timeoutMs);
    door.deliver({ ...invocation, deadline: now() + spec.timeoutMs, functionArn: spec.arn });
  }

  function limit(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      end(timedOut(running?.invocation.requestId, ms));
      kill();
    }, ms);
  }

  function end(result: InvocationResult): void {
    clearTimeout(timer);
    running?.resolve(result);
    running = undefined;
  }

  function kill(): void {
    phase = 'dead';
    child.kill('SIGKILL');
  }

  function die(how: string): void {
    phase = 'dead';
    death = how;
    end(running?.outcome ?? exited(running?.invocation.requestId, how));
    void door.close();
  }

  function begin(invocation: Invocation): void {
    if (death !== '') end(exited(invocation.requestId, death));
    else if (phase === 'init') limit(initTimeoutMs);
    else if (phase === 'frozen') {
      child.kill('SIGCONT');
      deliver(invocation);
    }
  }

  return {
    invoke: async (invocation) => {
      const startedAt = now();
      log.write(`START RequestId: ${invocation.requestId} Version: $LATEST\n`);
      const result = await new Promise<InvocationResult>((resolve) => {
        running = { invocation, resolve };
        begin(invocation);
      });
      if (result.result === 'failed') log.write(`FAILED RequestId: ${invocation.requestId} ${result.payload}\n`);
      log.write(`END RequestId: ${invocation.requestId} Duration: ${now() - startedAt} ms\n`);
      return result;
    },
    isAlive: () => phase !== 'dead',
    kill,
  };
}

function timedOut(requestId: string | undefined, ms: number): InvocationResult {
  const seconds = (ms / 1_000).toFixed(2);
  return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
}

function exited(requestId: string | undefined, how: string): InvocationResult {
  return failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${how}`);
}

type Ending = Exclude<RuntimeWord, { word: 'next' | 'init_error' }>;

function resultOf(word: Ending): InvocationResult {
  switch (word.word) {
    case 'response':
      return { result: 'returned', payload: word.payload };
    case 'error':
      return { result: 'failed', payload: word.payload };
    case 'response_too_large':
      return failure(
        'Function.ResponseSizeTooLarge',
        'Response payload size exceeded maximum allowed (6291456 bytes).',
      );
    default: {
      const unexpected: never = word;
      return unexpected;
    }
  }
}
