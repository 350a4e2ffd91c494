import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

type GuardedProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Children that are gone when the local cloud is gone, however it went. */
export type GuardedProcesses = {
  readonly spawn: (
    command: string,
    args: readonly string[],
    options: { readonly cwd?: string | undefined; readonly env: Readonly<Record<string, string | undefined>> },
  ) => GuardedProcess;
  /** Kills what is left and waits until all have ended. */
  readonly close: () => Promise<void>;
};

export function startGuardedProcesses(): GuardedProcesses {
  const guardian = spawn(process.execPath, [join(import.meta.dirname, 'guardian.ts')], {
    stdio: ['pipe', 'ignore', 'inherit'],
    // Out of reach of the terminal's Ctrl-C: the local cloud decides in which order things end.
    detached: true,
    env: {},
  });
  const running = new Set<ChildProcess>();
  return {
    spawn: (command, args, { cwd, env }) => {
      const child = spawn(command, args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
      const { pid } = child;
      running.add(child);
      // A child that dies while it is written to is seen by its exit.
      child.stdin.on('error', () => {});
      if (pid !== undefined) guardian.stdin.write(`+${pid}\n`);
      child.once('close', () => {
        running.delete(child);
        if (pid !== undefined && guardian.stdin.writable) guardian.stdin.write(`-${pid}\n`);
      });
      return child;
    },
    close: async () => {
      const ended = [...running].map((child) => once(child, 'close'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(ended);
      const gone = guardian.exitCode === null ? once(guardian, 'exit') : undefined;
      guardian.stdin.end();
      await gone;
    },
  };
}
