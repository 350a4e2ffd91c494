import { noCounts, sumCounts } from '../../shared/limit-increase/counts.ts';
import type { RequestWithCounts } from '../../shared/limit-increase/ports.ts';
import { aPar } from '../support/builders.ts';
import { fileOf, quietScenario } from './quiet-scenario.ts';
import type { Scenario } from './scenario.ts';
import { createSimulatedWorld, type SimulatedWorld } from './simulated-world.ts';
import { createStage } from './stage.ts';

// One file, and a platform that goes away for hours when half of its cards are final. Nothing else goes wrong.

export type OutageVerdict = {
  readonly cards: number;
  /** Of them, how many were final when the platform went away. */
  readonly finalBefore: number;
  readonly outageMs: number;
  /** That reached it, or found it away, in that time. */
  readonly callsMeanwhile: number;
  /** Not as the same file would have ended without the outage. */
  readonly suffered: number;
  /** After its return; infinite if it never came to that. */
  readonly finalAfterMs: number;
  readonly reportAfterMs: number;
  readonly violations: readonly string[];
};

const outageMs = 2 * 3_600_000;
const patienceMs = 24 * 3_600_000;
/** One card of so many the platform does not know. */
const unknownEvery = 1_000;

export async function runOutage(cards: number): Promise<OutageVerdict> {
  const file = fileOf(cards);
  const world = createSimulatedWorld(scenarioOf(cards));
  const { timeline, simulator, vigil } = world;
  const stage = createStage({ ...scenarioOf(cards), files: [file] }, world, []);
  const counted = async (): Promise<RequestWithCounts | undefined> => {
    const { entries } = await world.ledger.listUploads(file.key, { limit: 1 });
    return world.ledger.readRequest(entries[0]?.requestId ?? '');
  };
  const start = timeline.now();
  for (let at = 60_000; at < patienceMs; at += 60_000)
    timeline.after(at, () => void (async () => (await stage.openRequests()).length > 0 && stage.stroke())());
  stage.files.upload(file);
  let finalBefore = 0;
  while (finalBefore < cards / 2 && timeline.now() < start + patienceMs) {
    await timeline.runUntil(timeline.now() + 500);
    finalBefore = sumCounts((await counted())?.counts ?? noCounts);
  }
  const from = timeline.now();
  const to = from + outageMs;
  stage.outage({ from: 0, to: outageMs, misbehaviour: { kind: 'http_status', status: 503, when: 'before' } });
  await timeline.runUntil(start + patienceMs);
  const found = await counted();
  const { status, updatedAt = Infinity, upload } = found?.request ?? {};
  return {
    ...{ cards, finalBefore, outageMs },
    callsMeanwhile: simulator.requests().filter(({ receivedAt }) => receivedAt >= from && receivedAt < to).length,
    suffered: cards - (await asWithoutOutage(world, found)),
    finalAfterMs: status === 'settled' ? updatedAt - to : Infinity,
    reportAfterMs: (upload?.reportedAt ?? Infinity) - to,
    violations: vigil.violations,
  };
}

async function asWithoutOutage(world: SimulatedWorld, found: RequestWithCounts | undefined): Promise<number> {
  const { requestId = '', chunksTotal = 0 } = found?.request ?? {};
  let asExpected = 0;
  for (let chunkNumber = 1; chunkNumber <= chunksTotal; chunkNumber += 1) {
    const { chunk, state } = (await world.ledger.readChunk({ requestId, chunkNumber })) ?? {};
    for (const [position, { status }] of state?.results ?? []) {
      const truth = world.simulator.card(chunk?.pars[position] ?? '').state;
      if (truth === 'unknown' ? status === 'not_found' : truth === 'named' && status === 'named') asExpected += 1;
    }
  }
  return asExpected;
}

const scenarioOf = (cards: number): Scenario => ({
  ...quietScenario(),
  cards: Array.from({ length: cards }, (_, index) => ({
    par: aPar(index + 1),
    state: (index + 1) % unknownEvery === 0 ? 'unknown' : 'known',
  })),
});

/** At most one call in so many milliseconds while the platform is away, and all is final so long after. */
const pauseMsMin = 10_000;
const finalAfterMsMax = 3_600_000;

/** In words, what an outage must not do; none if it did not. */
export function outageFaults({ outageMs: ms, callsMeanwhile, suffered, ...verdict }: OutageVerdict): string[] {
  const faults: string[] = [...verdict.violations];
  if (callsMeanwhile * pauseMsMin >= ms) faults.push(`${callsMeanwhile} calls while the platform was away`);
  if (suffered > 0) faults.push(`${suffered} cards did not end as without the outage`);
  if (verdict.reportAfterMs > finalAfterMsMax) faults.push('not all was final, and reported, an hour after the outage');
  return faults;
}

/** In lines. */
export function tellOutage(verdict: OutageVerdict): string[] {
  const { cards, finalBefore, outageMs: ms, callsMeanwhile, suffered, finalAfterMs, reportAfterMs } = verdict;
  const everyS = Math.round(ms / 1_000 / callsMeanwhile);
  return [
    `${cards} cards; with ${finalBefore} of them final the platform went away for ${ms / 3_600_000} hours`,
    `${callsMeanwhile} calls while it was away, one every ${everyS} s`,
    `${suffered} cards that did not end as without the outage`,
    `All was final ${(finalAfterMs / 1_000).toFixed(0)} s after its return, and reported after ${(reportAfterMs / 1_000).toFixed(0)} s.`,
  ];
}
