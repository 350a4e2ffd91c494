import { describe, expect, it } from 'vitest';
import { untouched } from '../../../shared/limit-increase/chunk.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import { createFinish, createSettleIfComplete } from '../../../shared/limit-increase/finish.ts';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import { createRedrive } from '../../../shared/limit-increase/redrive.ts';
import type { ReportRow } from '../../../shared/limit-increase/report-rows.ts';
import type { ChunkRef } from '../../../shared/limit-increase/terms.ts';
import { createWriteReport } from '../../../shared/limit-increase/write-report.ts';
import { aChunk, aRequestId, pars } from '../../support/builders.ts';
import { crashPointsOf, createCrashSwitch } from '../../support/crash-points.ts';
import { giveUp } from '../../support/given-up.ts';
import { aCheckedNote, aReceipt } from '../../support/upload-builders.ts';
import { openRedriveWorld, operator, portraitOf, refOf } from './redrive-world.ts';
import { openSettleWorld } from './settle-world.ts';

// Workers that saw the request or a chunk before it was redriven, and go on from what they saw.

/** The promises of an effect that waits until it is let go. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { thaw: () => promise, open: resolve };
}

describe('two operators who redrive at once', () => {
  it('redrive it once, whichever is the first to begin, and both are told that it is redriven', async () => {
    const world = await openRedriveWorld();
    const two = ['kim', 'lee'].map((by) => world.redriver(undefined, { by }).redrive());
    expect(await Promise.all(two)).toEqual(['redriven', 'redriven']);
    expect(await world.counts()).toEqual({ ...noCounts, named: 3 });
    expect((await world.request())?.redrives).toMatchObject([{ by: 'kim', cards: 3 }]);
    expect(world.noticesOf('redriven')).toHaveLength(1);
  });
});

describe('a worker that is rung and is done before the redrive has ended', () => {
  it('leaves the request to it, which settles it at once', async () => {
    const world = await openRedriveWorld();
    const bells = {
      ringChunks: async (refs: readonly ChunkRef[]) => {
        for (const ref of refs) await world.worker().takeRung(ref, world.bounds());
      },
    };
    const redrive = createRedrive({ ...world.depsOver(world.ledger), bells });
    expect(
      await redrive({ requestId: aRequestId, by: operator, statuses: ['unresolved'] }, world.clock() + 20_000),
    ).toBe('redriven');
    expect((await world.request())?.status).toBe('settled');
  });
});

describe('a worker that finishes a settled chunk', () => {
  it('and freezes at any await leaves no trace of itself when it wakes after a redrive', async () => {
    const clean = await openRedriveWorld();
    await clean.redriver().redrive();
    await clean.reconcileAll();
    const expected = await portraitOf(clean);
    const wrong: string[] = [];
    for (const { await: number } of crashPointsOf(4).slice(1)) {
      const world = await openRedriveWorld();
      const { thaw, open } = gate();
      const fate = createCrashSwitch({ await: number, when: 'frozen' }, thaw);
      const finish = createFinish(world.depsOver(fate.wrap(world.ledger)));
      const stored = await world.ledger.readChunk(refOf(3));
      if (stored === undefined) throw new Error('the chunk stands');
      const finished = finish(stored, 1);
      await world.redriver().redrive();
      await world.reconcileAll();
      open();
      await finished;
      await world.reconcileAll();
      const [same, other] = [await portraitOf(world), expected].map((one) => JSON.stringify(one));
      if (same !== other) wrong.push(`frozen after await ${number} (${fate.awaits[number - 1]})`);
    }
    expect(wrong).toEqual([]);
  });
});

it('card items that are written late hide nothing that a redrive brought about', async () => {
  const world = await openRedriveWorld();
  const { thaw, open } = gate();
  const writeCards: Ledger['writeCards'] = async (entries) => {
    await thaw();
    return world.ledger.writeCards(entries);
  };
  const stored = await world.ledger.readChunk(refOf(3));
  if (stored === undefined) throw new Error('the chunk stands');
  const finished = createFinish(world.depsOver({ ...world.ledger, writeCards }))(stored);
  await world.redriver().redrive();
  await world.reconcileAll();
  const before = await portraitOf(world);
  open();
  await finished;
  expect(await portraitOf(world)).toEqual(before);
  expect(before.chunks[2]?.told).toEqual([
    ['named', 'unresolved'],
    ['named', 'unresolved'],
  ]);
});

describe('whoever counted all cards as final', () => {
  // failures: F016
  it('settles nothing that was redriven since', async () => {
    const world = await openRedriveWorld();
    const found = await world.ledger.readRequest(aRequestId);
    if (found === undefined) throw new Error('the request stands');
    const before = { ...found, request: { ...found.request, status: 'open' as const } };
    const stale = { ...world.ledger, readRequest: async () => before };
    const settleIfComplete = createSettleIfComplete(world.depsOver(stale));
    await world.redriver({ await: 3, when: 'after' }).redrive();
    expect((await world.request())?.redriving).toMatchObject({ number: 1, chunksDone: 0 });
    await settleIfComplete(aRequestId);
    expect((await world.request())?.status).toBe('open');
    await world.redriver().redrive();
    await settleIfComplete(aRequestId);
    expect((await world.request())?.status).toBe('open');
  });

  it('settles nothing while the redrive is under way, though the cards that it reopened are final again', async () => {
    const world = await openRedriveWorld([1, 1]);
    const reads = (await dryAwaits()).lastIndexOf('endRedrive');
    await world.redriver({ await: reads + 1, when: 'before' }).redrive();
    for (const chunkNumber of [1, 2]) await world.worker().takeDue(refOf(chunkNumber), world.bounds());
    expect(await world.counts()).toEqual({ ...noCounts, named: 4 });
    expect([(await world.request())?.status, world.noticesOf('request_settled')]).toEqual(['open', []]);
    await world.reconcileAll();
    expect((await world.request())?.status).toBe('settled');
  });

  const dryAwaits = async (): Promise<readonly string[]> => {
    const { redrive, awaits } = (await openRedriveWorld([1, 1])).redriver();
    await redrive();
    return awaits;
  };
});

describe('the writer of a report', () => {
  /** A settled file of one chunk of two cards, one of which was given up; its report of edition 1 is owed. */
  async function withFile() {
    const world = openSettleWorld();
    const { ledger, clock } = world;
    await ledger.receive(aReceipt());
    await ledger.noteChecked(aRequestId, aCheckedNote({ cardsTotal: 2, chunksTotal: 1 }));
    const chunk = { ...aChunk({ pars: pars(2) }), lines: [2, 3] };
    await ledger.writeChunks([{ chunk, state: untouched(2, clock(), clock()) }]);
    await ledger.noteReceiving(aRequestId, { at: clock(), dueAt: clock(), chunksWritten: 1 });
    await ledger.openRequest(aRequestId, { at: clock(), dueAt: clock() });
    await giveUp(ledger, refOf(1), { cards: 1, at: clock() });
    await ledger.settleRequest(aRequestId, clock(), { reportDueAt: clock() });
    const written: { edition: number; statuses: string[] }[] = [];
    const summaries: number[] = [];
    const redrive = createRedrive({ ...world.depsOver(ledger), bells: world.bells });
    const writer = (during: (step: 'rows' | 'summary') => Promise<unknown> = async () => {}) =>
      createWriteReport({
        ledger,
        clock,
        notify: () => {},
        reports: {
          writeResults: async ({ edition }, rows) => {
            await during('rows');
            const all: ReportRow[] = [];
            for await (const some of rows) all.push(...some);
            written.push({ edition, statuses: all.map(({ status }) => status) });
          },
          writeSummary: async ({ edition }) => {
            summaries.push(edition);
            await during('summary');
          },
        },
      });
    return {
      ...{ world, writer, written, summaries },
      redrive: () => redrive({ requestId: aRequestId, by: operator, statuses: ['unresolved'] }, clock() + 20_000),
      request: async () => (await ledger.readRequest(aRequestId))?.request,
    };
  }

  // failures: F016
  it('writes none from cards that a redrive reopens under its hands', async () => {
    const { world, writer, redrive, written, summaries, request } = await withFile();
    const write = writer((step) => (step === 'rows' ? redrive() : Promise.resolve()));
    await expect(write(aRequestId, world.clock() + 60_000)).rejects.toThrow('changed while its report was written');
    expect([written, summaries]).toEqual([[], []]);
    expect((await request())?.upload).toMatchObject({ edition: 2 });
    expect(await writer()(aRequestId, world.clock() + 60_000)).toBe('not_owed');
  });

  it('that ends after the redrive leaves the next edition owed, which is written when all is final again', async () => {
    const { world, writer, redrive, written, summaries, request } = await withFile();
    const write = writer((step) => (step === 'summary' ? redrive() : Promise.resolve()));
    expect(await write(aRequestId, world.clock() + 60_000)).toBe('not_owed');
    expect((await request())?.upload).not.toHaveProperty('reportedAt');
    await world.worker().takeRung(refOf(1), world.bounds());
    expect(await request()).toMatchObject({ status: 'settled' });
    expect(world.bells.reports).toEqual([aRequestId]);
    expect(await writer()(aRequestId, world.clock() + 60_000)).toBe('written');
    expect(written).toEqual([
      { edition: 1, statuses: ['named', 'unresolved'] },
      { edition: 2, statuses: ['named', 'named'] },
    ]);
    expect(summaries).toEqual([1, 2]);
    expect((await request())?.upload).toMatchObject({ edition: 2, reportedAt: world.clock() });
  });
});
