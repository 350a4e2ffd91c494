import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openRuntimeDoor, type RuntimeWord } from '../../../infra/local/lambda/runtime-door.ts';

// One process of a function under Lambda's own runtime interface client, and the Runtime API that it asks.

export const runtimeClient = join(import.meta.dirname, '../node_modules/aws-lambda-ric/index.mjs');

export type Subject = {
  readonly name: string;
  /** What lies in it is what would be deployed. */
  readonly codeDirectory: string;
  readonly handler: string;
};

export type LambdaProcess = {
  readonly pid: number;
  /** From the start of the process until it asked for its first invocation. */
  readonly initialisationMs: number;
  /** Answers what the function returned. @throws Error with what the function threw. */
  readonly invoke: (event: object) => Promise<{ readonly ms: number; readonly payload: string }>;
  readonly end: () => Promise<void>;
};

export type Surroundings = {
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: (subject: Subject, runtimeApi: string) => Readonly<Record<string, string>>;
};

/** Starts the function and waits until it is ready for an invocation. @throws Error with what it said if it never is. */
export async function startLambdaProcess(subject: Subject, site: Surroundings): Promise<LambdaProcess> {
  const words = createWords();
  const door = await openRuntimeDoor(words.put);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [`--max-old-space-size=${site.memoryMb}`, runtimeClient], {
    cwd: subject.codeDirectory,
    env: site.environment(subject, door.host),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  const ended = once(child, 'exit').then(async () => {
    throw new Error(`${subject.name} ended: ${await said}`);
  });
  ended.catch(() => {});
  const take = () => Promise.race([words.take(), ended]);

  await take();
  const initialisationMs = performance.now() - startedAt;
  return {
    pid: child.pid ?? 0,
    initialisationMs,
    invoke: async (event) => {
      const deliveredAt = performance.now();
      door.deliver({
        requestId: randomUUID(),
        event: JSON.stringify(event),
        deadline: Date.now() + site.timeoutMs,
        functionArn: `arn:aws:lambda:ap-northeast-2:111122223333:function:${subject.name}`,
        traceId: 'Root=1-00000000-000000000000000000000000;Sampled=0',
      });
      const answer = await take();
      const ms = performance.now() - deliveredAt;
      if (answer.word !== 'response') throw new Error(`${subject.name} answers ${JSON.stringify(answer)}`);
      await take();
      return { ms, payload: answer.payload };
    },
    end: async () => {
      child.kill('SIGKILL');
      await ended.catch(() => {});
      await door.close();
    },
  };
}

/** What the runtime says, in order, for whoever takes it one by one. */
function createWords() {
  const words: RuntimeWord[] = [];
  const waiting: ((word: RuntimeWord) => void)[] = [];
  return {
    put: (word: RuntimeWord): void => {
      const taker = waiting.shift();
      if (taker === undefined) words.push(word);
      else taker(word);
    },
    take: async (): Promise<RuntimeWord> => words.shift() ?? new Promise((resolve) => waiting.push(resolve)),
  };
}
