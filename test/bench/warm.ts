import { type Figure, type Pair, ratioOf } from './harness.ts';
import { installBenchPackages } from './lambda/bench-packages.ts';
import { type LambdaProcess, type Subject, startLambdaProcess } from './lambda/lambda-process.ts';
import { createOrderEvents } from './lambda/order-event.ts';
import { awsDelayMs, openSite, type Site } from './lambda/site.ts';
import { buildSubjects } from './lambda/subjects.ts';
import { useOf } from './process-use.ts';

// An order of one card in a process that has answered many: all that it takes beside KONA PLATE itself, DynamoDB's answers
// included, and what it takes of the processor. Order by order in turns with the same references as the cold start's. The
// emulator answers at once; a table on AWS takes TLS and some milliseconds, so all is measured a second time with them.

const ordersBefore = 60;
const ordersPerRound = 60;
const distances = ['near', 'as_on_aws'] as const;
const shares = { median: 0.5, '95th percentile': 0.95 } as const;

type Name = 'ours' | 'bare' | 'peer';
type Each<T> = Readonly<Record<Name, T>>;
/** Of each order, and of the processor in all. */
type Taken = { readonly ms: Each<readonly number[]>; readonly cpuSeconds: Each<number> };

export async function* warm(rounds: number): AsyncGenerator<Figure> {
  await installBenchPackages(process.env);
  for (const distance of distances) yield* warmAt(distance, rounds);
}

async function* warmAt(distance: (typeof distances)[number], rounds: number): AsyncGenerator<Figure> {
  const site = await openSite({ environment: process.env, distance });
  const processes: LambdaProcess[] = [];
  try {
    const { ours, bare, peer } = await buildSubjects(site);
    const start = async (subject: Subject): Promise<LambdaProcess> => {
      const started = await startLambdaProcess(subject, site.surroundings);
      processes.push(started);
      return started;
    };
    const takeTurns = createTurns(site, { ours: await start(ours), bare: await start(bare), peer: await start(peer) });
    await takeTurns(ordersBefore);
    const taken: Taken[] = [];
    for (let round = 0; round < rounds; round += 1) taken.push(await takeTurns(ordersPerRound));
    const what = distance === 'near' ? 'one card' : `one card, AWS ${awsDelayMs} ms away`;
    for (const reference of ['bare', 'peer'] as const) yield* figuresAgainst(reference, taken, what);
  } finally {
    await Promise.all(processes.map((started) => started.end()));
    await site.close();
  }
}

function createTurns({ kona }: Site, processes: Each<LambdaProcess>) {
  const nextOrder = createOrderEvents();

  async function ownMs(process: LambdaProcess): Promise<number> {
    kona.takeMs();
    const { ms, payload } = await process.invoke(nextOrder());
    if (!payload.includes('"statusCode":200')) throw new Error(`An order was answered ${payload}`);
    return ms - kona.takeMs();
  }

  async function cpuSecondsOf({ pid }: LambdaProcess): Promise<number> {
    return (await useOf(pid))?.cpuSeconds ?? Number.NaN;
  }

  const cpuNow = async (): Promise<Each<number>> => ({
    ours: await cpuSecondsOf(processes.ours),
    bare: await cpuSecondsOf(processes.bare),
    peer: await cpuSecondsOf(processes.peer),
  });

  return async (orders: number): Promise<Taken> => {
    const ms: Record<Name, number[]> = { ours: [], bare: [], peer: [] };
    const before = await cpuNow();
    for (let order = 0; order < orders; order += 1) {
      ms.ours.push(await ownMs(processes.ours));
      ms.bare.push(await ownMs(processes.bare));
      ms.peer.push(await ownMs(processes.peer));
    }
    const after = await cpuNow();
    const spent = (name: Name): number => after[name] - before[name];
    return { ms, cpuSeconds: { ours: spent('ours'), bare: spent('bare'), peer: spent('peer') } };
  };
}

function* figuresAgainst(reference: 'bare' | 'peer', taken: readonly Taken[], what: string): Generator<Figure> {
  for (const [share, of] of Object.entries(shares)) {
    const pairs: Pair[] = taken.map(({ ms }) => ({
      ours: quantile(ms.ours, of),
      reference: quantile(ms[reference], of),
    }));
    yield ratioOf({ what: `${what}, ${share}, against ${reference}`, unit: 'ms' }, pairs);
  }
  const perOrder = 1_000 / ordersPerRound;
  const pairs: Pair[] = taken.map(({ cpuSeconds }) => ({
    ours: cpuSeconds.ours * perOrder,
    reference: cpuSeconds[reference] * perOrder,
  }));
  yield ratioOf({ what: `${what}, processor time, against ${reference}`, unit: 'ms' }, pairs);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
