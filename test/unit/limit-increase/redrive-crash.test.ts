import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type CrashPoint, crashPointsOf } from '../../support/crash-points.ts';
import { openRedriveWorld, portraitOf } from './redrive-world.ts';

// Whoever redrives is killed at each await of his run in turn. The reconciler, or the operator who asks again, must come
// to the ledger that a run without a crash leaves: no card counted twice, none left behind, one act on record.

async function cleanRun() {
  const world = await openRedriveWorld();
  const { redrive, awaits } = world.redriver();
  expect(await redrive()).toBe('redriven');
  await world.reconcileAll();
  return { portrait: await portraitOf(world), awaits };
}

const placeOf = ({ await: number, when }: CrashPoint, awaits: readonly string[]): string =>
  `${when} await ${number} (${awaits[number - 1]})`;

describe('a redrive that is killed at any await', () => {
  it('is ended by the reconciler as if nothing had happened, unless it never began', async () => {
    const { portrait, awaits } = await cleanRun();
    expect(awaits.length).toBeGreaterThan(8);
    const wrong: string[] = [];
    for (const crash of crashPointsOf(awaits.length)) {
      const world = await openRedriveWorld();
      await world.redriver(crash).redrive();
      const begun = (await world.request())?.redriven === 1;
      await world.reconcileAll();
      const end = await portraitOf(world);
      if (!begun && end.counts?.unresolved !== 3) wrong.push(`killed ${placeOf(crash, awaits)}: done in part`);
      if (begun && !isDeepStrictEqual(end, portrait)) wrong.push(`killed ${placeOf(crash, awaits)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is ended by the operator who asks again, killed at any await too, and then the reconciler', async () => {
    const { portrait, awaits } = await cleanRun();
    const wrong: string[] = [];
    for (const first of crashPointsOf(awaits.length)) {
      for (const second of crashPointsOf(awaits.length)) {
        const world = await openRedriveWorld();
        await world.redriver(first).redrive();
        await world.redriver(second).redrive();
        await world.redriver().redrive();
        await world.reconcileAll();
        if (!isDeepStrictEqual(await portraitOf(world), portrait))
          wrong.push(`killed ${placeOf(first, awaits)}, then ${placeOf(second, awaits)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('changes nothing any more when it wakes after others have ended it', async () => {
    const { portrait, awaits } = await cleanRun();
    const wrong: string[] = [];
    for (const [index] of awaits.entries()) {
      const world = await openRedriveWorld();
      const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
      const frozen = world.redriver({ await: index + 1, when: 'frozen' }, { thaw: () => thawed }).redrive();
      await world.redriver().redrive();
      await world.reconcileAll();
      const before = await portraitOf(world);
      thaw();
      await frozen;
      await world.reconcileAll();
      const same = isDeepStrictEqual(await portraitOf(world), portrait);
      if (!same || !isDeepStrictEqual(before, portrait))
        wrong.push(`frozen after await ${index + 1} (${awaits[index]})`);
    }
    expect(wrong).toEqual([]);
  });
});
