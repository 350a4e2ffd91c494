import { appendFile, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// Lambda starts a function at full speed and then grants it a share of a processor by its memory. Linux does the same to
// whatever is in a control group with a quota.

/** Lambda's figure: so many MB are one whole processor. */
const mbPerProcessor = 1_769;
/** Short, so that a pause of a throttled process is a part of what is measured, and not its whole. */
const periodUs = 20_000;
/** Version 1 of control groups; who has them otherwise, or may not write there, measures without a limit. */
const controller = '/sys/fs/cgroup/cpu';

export type CpuShare = {
  /** From now on the process gets no more than the share. */
  readonly limit: (pid: number) => Promise<void>;
  /** Once its processes are gone. */
  readonly close: () => Promise<void>;
};

/** Undefined where this machine does not let us limit a process. */
export async function openCpuShare(memoryMb: number): Promise<CpuShare | undefined> {
  const group = join(controller, `kona-bench-${process.pid}`);
  try {
    await mkdir(group);
    await writeFile(join(group, 'cpu.cfs_period_us'), String(periodUs));
    await writeFile(join(group, 'cpu.cfs_quota_us'), String(Math.round((periodUs * memoryMb) / mbPerProcessor)));
  } catch {
    return undefined;
  }
  return {
    limit: (pid) => appendFile(join(group, 'cgroup.procs'), String(pid)),
    close: () => rmdir(group),
  };
}
