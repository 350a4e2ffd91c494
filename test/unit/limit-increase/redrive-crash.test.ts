import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { RedrivableStatus, SettledCounts } from '../../../shared/limit-increase/terms.ts';
import { type CrashPoint, crashPointsOf } from '../../support/crash-points.ts';
import { openRedriveWorld, portraitOf } from './redrive-world.ts';

// Whoever redrives is killed at each await of his run in turn. The reconciler, or the operator who asks again, must come
// to the ledger that a run without a crash leaves: no card counted twice, none left behind, one act on record.

type Open = () => ReturnType<typeof openRedriveWorld>;
type Statuses = readonly RedrivableStatus[];

// Each chunk ended in another status; or all cards were given up.
const mixed: Open = () => openRedriveWorld(undefined, { as: ['rejected', 'unresolved', 'not_found'] });
const cases: readonly [string, Open, Statuses, left: number][] = [
  ['of what was given up', openRedriveWorld, ['unresolved'], 0],
  ['of what was rejected or not found', mixed, ['rejected', 'not_found'], 0],
  ['of what was not found alone', mixed, ['not_found'], 1],
];

async function cleanRun(open: Open, statuses: Statuses) {
  const world = await open();
  const { redrive, awaits } = world.redriver(undefined, { statuses });
  expect(await redrive()).toBe('redriven');
  await world.reconcileAll();
  return { portrait: await portraitOf(world), awaits };
}

const cardsOf = ({ unresolved, rejected, not_found }: SettledCounts = noCounts): number =>
  unresolved + rejected + not_found;

const placeOf = ({ await: number, when }: CrashPoint, awaits: readonly string[]): string =>
  `${when} await ${number} (${awaits[number - 1]})`;

describe.each(cases)('a redrive %s that is killed at any await', (_, open, statuses, left) => {
  // failures: F015
  it('is ended by the reconciler as if nothing had happened, unless it never began', async () => {
    const { portrait, awaits } = await cleanRun(open, statuses);
    expect(cardsOf(portrait.counts)).toBe(left);
    expect(awaits.length).toBeGreaterThan(8);
    const wrong: string[] = [];
    for (const crash of crashPointsOf(awaits.length)) {
      const world = await open();
      await world.redriver(crash, { statuses }).redrive();
      const begun = (await world.request())?.redriven === 1;
      await world.reconcileAll();
      const end = await portraitOf(world);
      if (!begun && cardsOf(end.counts) !== 3) wrong.push(`killed ${placeOf(crash, awaits)}: done in part`);
      if (begun && !isDeepStrictEqual(end, portrait)) wrong.push(`killed ${placeOf(crash, awaits)}`);
    }
    expect(wrong).toEqual([]);
  });

  // failures: F015
  it('is ended by the operator who asks again, killed at any await too, and then the reconciler', async () => {
    const { portrait, awaits } = await cleanRun(open, statuses);
    const wrong: string[] = [];
    for (const first of crashPointsOf(awaits.length)) {
      for (const second of crashPointsOf(awaits.length)) {
        const world = await open();
        await world.redriver(first, { statuses }).redrive();
        await world.redriver(second, { statuses }).redrive();
        await world.redriver(undefined, { statuses }).redrive();
        await world.reconcileAll();
        if (!isDeepStrictEqual(await portraitOf(world), portrait))
          wrong.push(`killed ${placeOf(first, awaits)}, then ${placeOf(second, awaits)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('changes nothing any more when it wakes after others have ended it', async () => {
    const { portrait, awaits } = await cleanRun(open, statuses);
    const wrong: string[] = [];
    for (const [index] of awaits.entries()) {
      const world = await open();
      const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
      const frozen = world.redriver({ await: index + 1, when: 'frozen' }, { statuses, thaw: () => thawed }).redrive();
      await world.redriver(undefined, { statuses }).redrive();
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
