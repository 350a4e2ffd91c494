import { readdir, readFile } from 'node:fs/promises';
import { type ProcessUse, useOf } from '../process-use.ts';

// What the kernel says of the processes in which the functions run. They come and go: each is looked at from time to
// time, and the last that was seen of it counts.

/** Sums by function name, over every process that ever was. */
export function watchFunctionProcesses(everyMs: number) {
  const seen = new Map<number, ProcessUse & { readonly name: string }>();
  const look = async (): Promise<void> => {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
    for (const pid of pids) {
      const name = seen.get(pid)?.name ?? (await functionNameOf(pid));
      const use = name === undefined ? undefined : await useOf(pid);
      if (name !== undefined && use !== undefined) seen.set(pid, { name, ...use });
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  return {
    async end(): Promise<ReadonlyMap<string, ProcessUse>> {
      clearInterval(timer);
      await look();
      const sums = new Map<string, ProcessUse>();
      for (const { name, cpuSeconds, maxResidentMb } of seen.values()) {
        const sum = sums.get(name) ?? { cpuSeconds: 0, maxResidentMb: 0 };
        sums.set(name, {
          cpuSeconds: sum.cpuSeconds + cpuSeconds,
          maxResidentMb: Math.max(sum.maxResidentMb, maxResidentMb),
        });
      }
      return sums;
    },
  };
}

// Only a function's process has this service name in its environment: the stack sets it.
async function functionNameOf(pid: number): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return /(?:^|\0)POWERTOOLS_SERVICE_NAME=([^\0]+)/.exec(environment)?.[1];
}
