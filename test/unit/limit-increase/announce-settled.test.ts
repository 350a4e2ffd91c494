import { describe, expect, it } from 'vitest';
import { createAnnounceSettled } from '../../../shared/limit-increase/announce-settled.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { RequestWithCounts } from '../../../shared/limit-increase/ports.ts';
import { aCorporation, anUploadState, aRequest } from '../../support/builders.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { createMemoryLedger } from '../../support/memory-ledger.ts';
import { openSettleWorld, refusedAs } from './settle-world.ts';

const request = aRequest({ status: 'settled' });
const reported = anUploadState({ reportedAt: 1 });

function announcing(found: RequestWithCounts | undefined, limitIncreaseSettled = async (): Promise<void> => {}) {
  const clock = createFixedClock();
  const notices: Notice[] = [];
  const ledger = { ...createMemoryLedger(), readRequest: async () => found };
  const notify = (notice: Notice) => notices.push(notice);
  const announce = createAnnounceSettled({ ledger, events: { limitIncreaseSettled }, clock, notify });
  return { announce: () => announce(request.requestId, clock() + 1_000), notices };
}

describe('a request is announced', () => {
  it.each([
    ['of the API, once it is settled', request],
    ['of a file, once it is settled and reported', { ...request, upload: reported }],
  ])('%s', async (_, settled) => {
    const heard: RequestWithCounts[] = [];
    const found = { request: settled, counts: { ...noCounts, named: 1 } };
    const { announce, notices } = announcing(found, async (one?: RequestWithCounts) => void heard.push(one ?? found));
    expect(await announce()).toBe('announced');
    expect(heard).toEqual([found]);
    expect(notices).toEqual([{ notice: 'settled_announced', requestId: request.requestId }]);
  });
});

describe('a request is not announced', () => {
  it.each([
    ['while it is open', { ...request, status: 'open' as const }],
    [
      'while a redrive is about to open its cards',
      { ...request, redriving: { number: 1, chunksDone: 0, statuses: ['unresolved'] as const } },
    ],
    ['while its report is not written', { ...request, upload: anUploadState({ reportedAt: undefined }) }],
  ])('%s', async (_, open) => {
    const { announce, notices } = announcing({ request: open, counts: noCounts }, () =>
      Promise.reject(new Error('told')),
    );
    expect(await announce()).toBe('not_due');
    expect(notices).toEqual([]);
  });

  it('if it is not there', async () => {
    expect(await announcing(undefined).announce()).toBe('not_due');
  });
});

it('fails where the event may not have been heard, and claims nothing', async () => {
  const { announce, notices } = announcing({ request, counts: noCounts }, () => Promise.reject(new Error('no bus')));
  await expect(announce()).rejects.toThrow('no bus');
  expect(notices).toEqual([]);
});

describe('an operator is told of cards that are named already', () => {
  const others = aCorporation({ bizLicenseNo: '1348672683', registrationNumber: '1101117125720' });

  /** An order for one corporation, in which one card may have been named before. */
  async function ordered(before: 'for others' | 'elsewhere') {
    const world = openSettleWorld();
    const { ledger, clock } = world;
    const settle = async (requestId: string) => world.worker().takeDue({ requestId, chunkNumber: 1 }, world.bounds());
    if (before === 'for others') {
      await world.order(1, 'FIRST', others);
      await settle('FIRST');
    }
    await world.order(1, 'SECOND');
    world.says(refusedAs('already_named', '003_050'));
    await settle('SECOND');
    const told: Notice[] = [];
    const deps = { ledger, clock, notify: (notice: Notice) => void told.push(notice) };
    const announce = createAnnounceSettled({ ...deps, events: { limitIncreaseSettled: async () => {} } });
    return { told, announce: (ms: number) => announce('SECOND', clock() + ms) };
  }

  it('for another corporation', async () => {
    const { told, announce } = await ordered('for others');
    expect(await announce(1_000)).toBe('announced');
    const contested = { notice: 'naming_contested', requestId: 'SECOND', other_corporation: 1, disputed: 0 };
    expect(told).toEqual([{ notice: 'settled_announced', requestId: 'SECOND' }, contested]);
  });

  it('but not outside this gateway', async () => {
    const { told, announce } = await ordered('elsewhere');
    expect(await announce(1_000)).toBe('announced');
    expect(told).toEqual([{ notice: 'settled_announced', requestId: 'SECOND' }]);
  });

  it('by the change that comes again, if there was not the time to find it out', async () => {
    const { told, announce } = await ordered('for others');
    await expect(announce(0)).rejects.toThrow('not the time');
    expect(told).toEqual([{ notice: 'settled_announced', requestId: 'SECOND' }]);
  });
});
