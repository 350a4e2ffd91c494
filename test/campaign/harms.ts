import { setTimeout } from 'node:timers/promises';
import { misbehaviourKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { seededRandom } from '../support/kona-simulator/random.ts';
import { functionProcesses } from './cloud.ts';
import type { Campaign, Harm } from './run.ts';

const settled = 0.999;

/** 5 % of all calls misbehave; a function's process is killed every second or so, and once the whole cloud. */
export const kills =
  (seed: number): Harm =>
  async ({ kona, progress, restart, say }) => {
    const random = seededRandom(seed);
    const kinds = misbehaviourKinds.filter(({ lies }) => !lies).map(({ misbehaviour }) => misbehaviour);
    await kona.tell('PUT', '/random', { share: 0.05, seed, kinds });
    const killed = new Map<string, number>();
    let isWholeDue = true;
    for (let done = 0; done < 0.9; done = await progress()) {
      await setTimeout(200 + random() * 1_500);
      const processes = await functionProcesses();
      const one = processes[Math.floor(random() * processes.length)];
      if (one !== undefined && tryToKill(one.pid)) killed.set(one.name, (killed.get(one.name) ?? 0) + 1);
      if (!isWholeDue || done < 0.4) continue;
      say('The whole local cloud is killed, and started again');
      await restart();
      isWholeDue = false;
    }
    await kona.tell('DELETE', '/misbehaviours');
    say(`Killed: ${JSON.stringify(Object.fromEntries(killed))}, and the whole once`);
    return isWholeDue ? ['the whole local cloud was never killed: take more cards'] : [];
  };

/** In the middle of the file the platform takes another key, which the secret holds, and the old one no more. */
export const rotates: Harm = async ({ kona, cloud, progress, say }) => {
  await reaches(progress, 0.3);
  const before = JSON.parse(kona.secret);
  const next = { ...before, accessKey: before.accessKey.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0')) };
  await kona.tell('PUT', '/credentials', [before, next]);
  cloud().putSecret(JSON.stringify(next));
  const processes = (await functionProcesses()).filter(({ name }) => name === 'settle-chunk' || name === 'reconcile');
  await kona.tell('PUT', '/credentials', [next]);
  await reaches(progress, settled);
  const refused = (await kona.requests()).filter(({ answered }) => answered?.status === 401).length;
  say(`${refused} calls were refused for their key; ${processes.length} processes called`);
  return refused <= processes.length ? [] : ['more than one call a process was refused'];
};

/** In the middle of the file the platform goes away for some minutes. */
export const outage =
  (minutes: number): Harm =>
  async ({ kona, progress, say }) => {
    await reaches(progress, 0.3);
    const last = (await kona.requests()).at(-1)?.seq ?? 0;
    await kona.tell('PUT', '/outage', { kind: 'http_status', status: 503, when: 'before' });
    await setTimeout(minutes * 60_000);
    const asked = (await kona.requests(last)).length;
    await kona.tell('PUT', '/outage', null);
    const endedAt = Date.now();
    await reaches(progress, settled);
    const seconds = Math.round((Date.now() - endedAt) / 1_000);
    say(`In ${minutes} minutes the platform was asked ${asked} times; ${seconds} s later all was settled`);
    // Whoever was in a call when it began learns of it by that call.
    const most = minutes * 6 + inFlightMax;
    return asked <= most ? [] : [`the platform was asked ${asked} times in the outage, more than ${most}`];
  };

const inFlightMax = 5;

async function reaches(progress: Campaign['progress'], part: number): Promise<void> {
  while ((await progress()) < part) await setTimeout(500);
}

function tryToKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
    return false;
  }
}
