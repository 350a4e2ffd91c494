import { readFile } from 'node:fs/promises';

export type ProcessUse = {
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  /** The most memory that it ever held. */
  readonly maxResidentMb: number;
};

const ticksPerSecond = 100;

/** What Linux says of a process; undefined if it is gone. */
export async function useOf(pid: number): Promise<ProcessUse | undefined> {
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
