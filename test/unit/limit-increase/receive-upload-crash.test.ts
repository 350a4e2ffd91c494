import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../../shared/limit-increase/circuit-breaker.ts';
import { createReconcile } from '../../../shared/limit-increase/reconcile.ts';
import { type CrashPoint, crashPointsOf } from '../../support/crash-points.ts';
import { openUploadWorld, portraitOf, type UploadWorld, unrung } from './upload-world.ts';

// A reader is killed at each await of its run in turn. Whoever comes after it, because the event came again or because
// the reconciler rang, must come to the ledger that a run without a crash leaves, with no bell missed.

async function cleanRun() {
  const world = openUploadWorld();
  const reader = world.reader();
  expect(await reader.receive()).toBe('opened');
  return { portrait: await portraitOf(world), awaits: reader.awaits };
}

/** What is wrong after the recovery of a world, told with the place of the crash. */
async function wrongOf(world: UploadWorld, expected: unknown, where: string): Promise<string[]> {
  const portrait = await portraitOf(world);
  const same = isDeepStrictEqual(portrait, expected);
  return [
    ...(same ? [] : [`${where}: the ledger differs`]),
    ...(unrung(world).length === 0 ? [] : [`${where}: ${unrung(world).length} bells were missed`]),
    ...(world.lists.length > 0 ? [] : [`${where}: the lists were not written`]),
  ];
}

const placeOf = ({ await: number, when }: CrashPoint, awaits: readonly string[]): string =>
  `killed ${when} await ${number} (${awaits[number - 1]})`;

/** Chunks are not at issue here: none is due yet. */
const settle = {
  takeDue: async (): Promise<never> => {
    throw new Error('no chunk is due yet');
  },
};

describe('a reader of a file that is killed at any await', () => {
  it('leaves what the same event, delivered again, ends as if nothing had happened', async () => {
    const { portrait, awaits } = await cleanRun();
    expect(awaits.length).toBeGreaterThan(15);
    const wrong: string[] = [];
    for (const crash of crashPointsOf(awaits.length)) {
      const world = openUploadWorld();
      await world.reader(crash).receive();
      await world.reader().receive();
      wrong.push(...(await wrongOf(world, portrait, placeOf(crash, awaits))));
    }
    expect(wrong).toEqual([]);
  });

  // failures: F055
  it('leaves what the next one, killed at any await too, leaves to a third', async () => {
    const { portrait, awaits } = await cleanRun();
    const wrong: string[] = [];
    const some = crashPointsOf(awaits.length).filter((_, index) => index % 4 === 3);
    for (const first of some) {
      for (const second of crashPointsOf(awaits.length)) {
        const world = openUploadWorld();
        await world.reader(first).receive();
        await world.reader(second).receive();
        await world.reader().receive();
        const where = `${placeOf(first, awaits)}, then ${placeOf(second, awaits)}`;
        wrong.push(...(await wrongOf(world, portrait, where)));
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is found by the reconciler, which rings for another, unless nothing of the file is durable', async () => {
    const { portrait, awaits } = await cleanRun();
    const wrong: string[] = [];
    for (const crash of crashPointsOf(awaits.length)) {
      const world = openUploadWorld();
      await world.reader(crash).receive();
      if ((await world.request()) === undefined) continue;
      const { ledger, clock, bells } = world;
      const notify = (): void => {};
      const rules = { backoffMs: [60_000] as const, callTimeoutMs: 10_000 };
      const breaker = createCircuitBreaker({ ledger, clock, notify, rules, nameWrite: randomUUID });
      const reconcile = createReconcile({ ledger, clock, bells, settle, breaker, notify, concurrency: 1 });
      clock.advance(180_000);
      await reconcile(clock() + 60_000);
      if (bells.uploads.length > 0) await world.reader().readOn();
      wrong.push(...(await wrongOf(world, portrait, placeOf(crash, awaits))));
    }
    expect(wrong).toEqual([]);
  });
});
