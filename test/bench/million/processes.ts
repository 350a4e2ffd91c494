import { readdir, readFile } from 'node:fs/promises';

// What the kernel says of the processes in which the functions run. They come and go: each is looked at from time to
// time, and the last that was seen of it counts.

export type ProcessUse = {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** The most memory that it ever held. */
  readonly maxResidentMb: number;
};

const ticksPerSecond = 100;

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

async function useOf(pid: number): Promise<ProcessUse | undefined> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => undefined)),
  );
  if (stat === undefined || status === undefined) return undefined;
  // After the command's name in parentheses: state, and eleven fields on the two times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  const maxResidentMb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  return { cpuSeconds, maxResidentMb };
}
