import { describe, expect, it } from 'vitest';
import { untouched } from '../../../shared/limit-increase/chunk.ts';
import type { ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import { corporationIdOf } from '../../../shared/limit-increase/circuit-breaker.ts';
import { createMeasureOpenWork } from '../../../shared/limit-increase/open-work.ts';
import { nothingNoted, type PlatformState } from '../../../shared/limit-increase/platform-state.ts';
import type { DueWork, StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { aChunk, aCorporation, aResult, aSettledState, aState } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const now = aMoment + 7_200_000;
const minuteMs = 60_000;

const chunkWith = (chunkNumber: number, over: Partial<ChunkState> = {}): StoredChunk => ({
  chunk: aChunk({ ref: { requestId: 'R', chunkNumber } }),
  state: aState(2, { fence: 1, dueAt: now, ...over }),
});

/** What is measured where these chunks, and requests due at these moments, are open work. */
const measured = (chunks: readonly StoredChunk[], platform: PlatformState = nothingNoted, requests: number[] = []) => {
  const works: DueWork[] = [
    ...chunks.map(({ chunk: { ref }, state: { dueAt } }) => ({ work: 'chunk' as const, ref, dueAt })),
    ...requests.map((dueAt, index) => ({ work: 'request' as const, requestId: `R${index}`, dueAt })),
  ];
  const ledger = {
    listDue: async (at: number, limit: number) => works.filter(({ dueAt }) => dueAt <= at).slice(0, limit),
    readChunk: async ({ chunkNumber }: { chunkNumber: number }) =>
      chunks.find(({ chunk }) => chunk.ref.chunkNumber === chunkNumber),
  };
  return createMeasureOpenWork({ ledger, clock: () => now })(platform);
};

const answeredAt = (sentAt: number): PlatformState => ({
  ...nothingNoted,
  answers: [{ chunk: { requestId: 'X', chunkNumber: 1 }, corporation: 'other', sentAt }],
});

describe('how old the open work is', () => {
  it('is nothing where nothing is open', async () => {
    expect(await measured([])).toEqual({ oldestSeconds: 0, failingAlone: 0 });
    const settled = { ...chunkWith(1), state: aSettledState(2, { dueAt: aMoment }) };
    expect(await measured([settled])).toEqual({ oldestSeconds: 0, failingAlone: 0 });
  });

  it('counts from acceptance, however often the chunk was tried since', async () => {
    const failing = chunkWith(1, { attempts: 9, failingSince: aMoment + 100, dueAt: now + minuteMs });
    expect(await measured([failing])).toEqual({ oldestSeconds: 7_200, failingAlone: 0 });
  });

  it('counts from the last card that became final, and from a redrive', async () => {
    const results = new Map([[0, aResult({ updatedAt: now - 10 * minuteMs })]]);
    const plan = { ...aState().plan, pool: [1] };
    expect(await measured([chunkWith(1, { results, plan })])).toMatchObject({ oldestSeconds: 600 });
    expect(await measured([chunkWith(1, { reopenedAt: now - minuteMs })])).toMatchObject({ oldestSeconds: 60 });
  });

  it('counts from when it was due for a chunk that nobody has begun, and for a request', async () => {
    const fresh = { ...chunkWith(1), state: { ...untouched(2, aMoment, now - 3 * minuteMs), dueAt: now - minuteMs } };
    expect(await measured([fresh])).toMatchObject({ oldestSeconds: 60 });
    expect(await measured([], nothingNoted, [now - 2 * minuteMs, now + minuteMs])).toMatchObject({
      oldestSeconds: 120,
    });
  });

  it('is that of the oldest', async () => {
    const young = chunkWith(2, { reopenedAt: now - minuteMs });
    expect(await measured([young, chunkWith(1)], nothingNoted, [now])).toMatchObject({ oldestSeconds: 7_200 });
  });
});

describe('a chunk that fails while other calls are answered', () => {
  it('is counted as such, and not as old', async () => {
    const failing = chunkWith(1, { failingSince: aMoment });
    expect(await measured([failing], answeredAt(aMoment + 1))).toEqual({ oldestSeconds: 0, failingAlone: 1 });
  });

  it('is not if the answer is from before its first failure, or the chunk does not fail', async () => {
    const failing = chunkWith(1, { failingSince: aMoment });
    expect(await measured([failing], answeredAt(aMoment))).toEqual({ oldestSeconds: 7_200, failingAlone: 0 });
    expect(await measured([chunkWith(1)], answeredAt(now))).toEqual({ oldestSeconds: 7_200, failingAlone: 0 });
  });

  it('is one too if its corporation is refused while others are answered', async () => {
    const refused = (corporation: string): PlatformState => ({
      ...nothingNoted,
      refusedCorporations: [{ corporation, attempts: 1, until: now }],
    });
    const own = corporationIdOf(aCorporation());
    expect(await measured([chunkWith(1)], refused(own))).toEqual({ oldestSeconds: 0, failingAlone: 1 });
    expect(await measured([chunkWith(1)], refused('another'))).toMatchObject({ failingAlone: 0 });
  });
});
