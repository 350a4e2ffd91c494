import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { konaCheck } from './kona-check.ts';
import { KonaCheckError } from './kona-check-error.ts';

// npm run kona-check: see help.ts for what it takes and what it answers.

/** Ctrl-C and the end of the input answer nothing, which confirms nothing. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((settle) => terminal.once('close', () => settle('')));
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}

try {
  // npm runs scripts in the package; paths are meant from where it was called.
  const directory = process.env['INIT_CWD'] ?? process.cwd();
  process.exitCode = await konaCheck(process.argv.slice(2), {
    say: console.log,
    ask: process.stdin.isTTY && process.stdout.isTTY ? ask : undefined,
    readFile: (path) => readFile(resolve(directory, path), 'utf8'),
    clock: Date.now,
    randomHex: () => randomBytes(4).toString('hex').slice(0, 7),
  });
} catch (error) {
  console.error(error instanceof KonaCheckError ? error.message : error);
  process.exitCode = 2;
}
