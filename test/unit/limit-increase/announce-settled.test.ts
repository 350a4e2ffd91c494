import { describe, expect, it } from 'vitest';
import { createAnnounceSettled } from '../../../shared/limit-increase/announce-settled.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { RequestWithCounts } from '../../../shared/limit-increase/ports.ts';
import { anUploadState, aRequest } from '../../support/builders.ts';

const request = aRequest({ status: 'settled' });
const reported = anUploadState({ reportedAt: 1 });

function announcing(found: RequestWithCounts | undefined, limitIncreaseSettled = async (): Promise<void> => {}) {
  const notices: Notice[] = [];
  const ledger = { readRequest: async () => found };
  const notify = (notice: Notice) => notices.push(notice);
  const announce = createAnnounceSettled({ ledger, events: { limitIncreaseSettled }, notify });
  return { announce: () => announce(request.requestId), notices };
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
    ['while a redrive is about to open its cards', { ...request, redriving: { number: 1, chunksDone: 0 } }],
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
