import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { principals } from '../../infra/local/http-api/principals.ts';
import type { Stack } from '../../submit/stack.ts';

export type CampaignCloud = {
  readonly stack: Stack;
  readonly putSecret: (secret: string) => void;
  /** Its functions' processes, as they are now. */
  readonly processes: () => Promise<readonly FunctionProcess[]>;
  /** SIGKILL to all of it; fulfilled when none of its processes is left. */
  readonly kill: () => Promise<void>;
};

export type CloudSite = {
  readonly konaUrl: string;
  readonly secret: string;
  readonly dataDirectory: string;
  readonly logDirectory: string;
};

const addresses = z.object({ apiUrl: z.url(), region: z.string(), s3Endpoint: z.url(), uploadsBucket: z.string() });

/** A local cloud in a process of its own, over what is kept in the directory. */
export async function startCampaignCloud(site: CloudSite): Promise<CampaignCloud> {
  const { konaUrl, secret, dataDirectory, logDirectory } = site;
  const where = ['--kona', konaUrl, '--secret', secret, '--data', dataDirectory, '--logs', logDirectory];
  const main = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...where], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The local cloud ended with exit status ${code} before it was up.`);
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  ended.catch(() => {});
  const [credentials] = Object.values(principals);
  if (credentials === undefined) throw new Error('The local cloud has a principal.');
  return {
    stack: { ...addresses.parse(JSON.parse(String(line))), credentials },
    putSecret: (text) => void child.stdin.write(`${text}\n`),
    processes,
    kill: async () => {
      const [gone, left] = [once(child, 'exit'), await processes()];
      child.kill('SIGKILL');
      await gone;
      while (left.some(({ pid }) => isAlive(pid))) await setTimeout(50);
    },
  };

  async function processes(): Promise<FunctionProcess[]> {
    const all = await functionProcesses();
    const ours = await Promise.all(all.map(({ pid }) => descends(pid, child.pid ?? 0)));
    return all.filter((_, index) => ours[index]);
  }
}

type FunctionProcess = { readonly pid: number; readonly name: string };

/** Those of every local cloud on this machine: only these have a service's name in their environment. */
async function functionProcesses(): Promise<FunctionProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const name = /(?:^|\0)POWERTOOLS_SERVICE_NAME=([^\0]+)/.exec(environment)?.[1];
      return name === undefined ? [] : [{ pid, name }];
    }),
  );
  return found.flat();
}

async function descends(pid: number, ancestor: number): Promise<boolean> {
  if (pid === ancestor || pid <= 1) return pid === ancestor;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // What stands before it, a name in parentheses, may hold blanks.
  const [, parent = '0'] = /.*\) \S (\d+) /.exec(stat) ?? [];
  return descends(Number(parent), ancestor);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
