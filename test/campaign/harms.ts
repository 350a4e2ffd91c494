import { setTimeout } from 'node:timers/promises';
import { honestKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { seededRandom } from '../support/kona-simulator/random.ts';
import type { Campaign, Harm } from './run.ts';

const settled = 0.999;

/**
 * Those that bring a file from its upload to its report, and how often each may be killed: a file whose readers vanish
 * again and again is given up, and it is minutes until a killed writer's report is rung for again.
 */
const mortal = { 'ingest-upload': 4, 'settle-chunk': 1_000, reconcile: 20, 'write-report': 1 };
const workers = Object.keys(mortal);
/** Longer than a lease of settle-chunk, whose end its killed worker's chunk waits for. */
const latestMs = 1_500_000;

/**
 * 5 % of all calls misbehave; a process of some function is killed every second or so, of each at least once, and once
 * the whole cloud.
 */
export const kills =
  (seed: number): Harm =>
  async ({ kona, cloud, progress, restart, say }) => {
    const random = seededRandom(seed);
    const one = <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)];
    const kinds = honestKinds.map(({ misbehaviour }) => misbehaviour);
    await kona.tell('PUT', '/random', { share: 0.05, seed, kinds });
    const killed = new Map<string, number>();
    const spared = (): string[] => workers.filter((name) => !killed.has(name));
    const left = (): string[] =>
      Object.entries(mortal).flatMap(([name, times]) => ((killed.get(name) ?? 0) < times ? name : []));
    // The function first: of some there are many processes, of others one for a moment.
    const killOneOf = async (names: readonly string[]): Promise<void> => {
      const processes = (await cloud().processes()).filter(({ name }) => names.includes(name));
      const name = one([...new Set(processes.map((process) => process.name))].sort());
      const process = one(processes.filter((process) => process.name === name));
      if (process !== undefined && tryToKill(process.pid))
        killed.set(process.name, (killed.get(process.name) ?? 0) + 1);
    };
    let isWholeDue = true;
    for (let done = 0; done < 0.9; done = await progress()) {
      await setTimeout(200 + random() * 1_500);
      await killOneOf(left());
      if (!isWholeDue || done < 0.4) continue;
      say('The whole local cloud is killed, and started again');
      await restart();
      isWholeDue = false;
    }
    await kona.tell('DELETE', '/misbehaviours');
    // Who writes the report comes last.
    for (const until = Date.now() + latestMs; spared().length > 0 && Date.now() < until; await setTimeout(50))
      await killOneOf(spared());
    say(`Killed: ${JSON.stringify(Object.fromEntries(killed))}, and the whole once`);
    const never = spared().map((name) => `${name} was never killed`);
    return [...never, ...(isWholeDue ? ['the whole local cloud was never killed: take more cards'] : [])];
  };

/** In the middle of the file the platform takes another key, which the secret holds, and the old one no more. */
export const rotates: Harm = async ({ kona, cloud, progress, say }) => {
  await reaches(progress, 0.3);
  const before = JSON.parse(kona.secret);
  const next = { ...before, accessKey: before.accessKey.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0')) };
  await kona.tell('PUT', '/credentials', [before, next]);
  cloud().putSecret(JSON.stringify(next));
  const processes = (await cloud().processes()).filter(({ name }) => name === 'settle-chunk' || name === 'reconcile');
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
