import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import { retention } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { aFile, aReading } from '../../support/upload-builders.ts';
import {
  aCut,
  cardsTotal,
  chunksTotal,
  openUploadWorld,
  portraitOf,
  progress,
  type UploadWorld,
  unrung,
} from './upload-world.ts';

/** Its totals are known, and its chunks are not written. */
async function readOnce({ reader, ledger, request }: UploadWorld): Promise<void> {
  const writeChunks = async (): Promise<never> => Promise.reject(new Error('away'));
  await expect(reader(undefined, { ...ledger, writeChunks }).receive()).rejects.toThrow('away');
  expect((await request())?.upload?.checkedAt).toBeDefined();
}

describe('a file', () => {
  it('becomes an open request with all its chunks, each rung for', async () => {
    const world = openUploadWorld();
    expect(await world.reader().receive()).toBe('opened');
    expect(await world.request()).toMatchObject({
      ...{ status: 'open', source: 'upload', cardsTotal, chunksTotal, createdAt: aMoment },
      upload: { object: aFile, dryRun: false, readings: 1, progress, chunksWritten: chunksTotal, reading: aReading },
    });
    const portrait = await portraitOf(world);
    const pars = portrait?.chunks.flatMap((stored) => stored?.chunk.pars ?? []);
    expect(pars).toHaveLength(cardsTotal);
    expect(new Set(pars).size).toBe(cardsTotal);
    expect(unrung(world)).toEqual([]);
    expect(world.lists).toEqual([{ requestId: world.requestId, uploadKey: aFile.key, edition: 1, dryRun: false }]);
    expect(world.notices.map(({ notice }) => notice)).toEqual(['upload_received', 'upload_ingested']);
  });

  it('tells with each bell of how many cards the chunk is, so that it can be taken before it is read', async () => {
    const world = openUploadWorld();
    await world.reader().receive();
    const told = world.bells.chunks.map(({ chunkNumber, untouched }) => [chunkNumber, untouched]);
    const cards = (chunkNumber: number) => aCut.chunkAt(chunkNumber).pars.length;
    const numbers = Array.from({ length: chunksTotal }, (_, index) => index + 1);
    expect(told).toEqual(numbers.map((number) => [number, { cards: cards(number), expiresAt: retention(aMoment) }]));
  });

  it('is the same request when its event comes again, and nothing more is done', async () => {
    const world = openUploadWorld();
    await world.reader().receive();
    const portrait = await portraitOf(world);
    const rung = world.bells.chunks.length;
    expect(await world.reader().receive()).toBe('stands');
    expect(await portraitOf(world)).toEqual(portrait);
    expect(world.bells.chunks).toHaveLength(rung);
  });

  it('is another request in another version, or, where there are none, when it was written again', () => {
    const ids = [
      { versionId: 'v2' },
      { versionId: undefined, sequencer: '01' },
      { versionId: undefined, sequencer: '02' },
      { versionId: undefined, sequencer: '02', eTag: 'ff' },
      { key: 'incoming/other.csv' },
      { bucket: 'other' },
      {},
    ].map((over) => openUploadWorld({ ...aFile, ...over }).requestId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(openUploadWorld({ ...aFile, sequencer: '03', eTag: 'ff' }).requestId).toBe(ids.at(-1));
  });

  // failures: F057
  it('ends in the same ledger when two read it at once', async () => {
    const alone = openUploadWorld();
    await alone.reader().receive();
    const world = openUploadWorld();
    const ends = await Promise.all([world.reader().receive(), world.reader().receive()]);
    expect(ends).toContain('opened');
    expect(await portraitOf(world)).toEqual(await portraitOf(alone));
    expect(unrung(world)).toEqual([]);
  });

  it('that cannot be read is settled with its failure, told once, and its report rung for', async () => {
    const world = openUploadWorld();
    const failure = { reason: 'no_header', detail: 'The first line names no column.' };
    world.fails(failure);
    expect(await world.reader().receive()).toBe('refused');
    expect(await world.request()).toMatchObject({ status: 'settled', cardsTotal: 0, upload: { failure } });
    expect(world.bells.reports).toEqual([world.requestId]);
    expect(world.noticesOf('upload_refused')).toMatchObject([{ uploadKey: aFile.key, failure }]);
    expect(await world.reader().receive()).toBe('stands');
    expect(world.noticesOf('upload_refused')).toHaveLength(1);
    expect(world.bells.reports).toEqual([world.requestId, world.requestId]);
  });

  it('that cannot be read is told of although its reader vanishes as soon as that is durable', async () => {
    const world = openUploadWorld();
    world.fails({ reason: 'no_header', detail: 'The first line names no column.' });
    const refuseUpload: Ledger['refuseUpload'] = async (...refused) => {
      await world.ledger.refuseUpload(...refused);
      throw new Error('gone');
    };
    await expect(world.reader(undefined, { ...world.ledger, refuseUpload }).receive()).rejects.toThrow('gone');
    expect(await world.request()).toMatchObject({ upload: { failure: { reason: 'no_header' } } });
    expect(world.noticesOf('upload_refused')).toHaveLength(1);
  });

  it('is not refused by one reader when another has read it through', async () => {
    const world = openUploadWorld();
    const slow = world.reader(undefined, {
      ...world.ledger,
      refuseUpload: async (requestId, refusal) => {
        world.fails(undefined);
        await world.reader().receive();
        return world.ledger.refuseUpload(requestId, refusal);
      },
    });
    world.fails({ reason: 'forbidden', detail: 'no' });
    expect(await slow.receive()).toBe('stands');
    expect(await world.request()).toMatchObject({ status: 'open', cardsTotal });
    expect((await world.request())?.upload?.failure).toBeUndefined();
  });

  it('under dry-run/ is checked and settled, with no chunk and no card', async () => {
    const world = openUploadWorld({ ...aFile, key: 'incoming/dry-run/cards.csv' });
    expect(await world.reader().receive()).toBe('settled');
    expect(await world.request()).toMatchObject({
      status: 'settled',
      cardsTotal: 0,
      chunksTotal: 0,
      upload: { progress },
    });
    expect((await portraitOf(world))?.chunks.every((stored) => stored === undefined)).toBe(true);
    expect(world.bells.chunks).toEqual([]);
    expect(world.bells.reports).toEqual([world.requestId]);
    expect(world.lists).toMatchObject([{ dryRun: true }]);
  });

  // failures: F048
  it('without a card is settled at once', async () => {
    const world = openUploadWorld();
    world.reads({ cut: { ...aCut, cardsTotal: 0, chunksTotal: 0 } });
    expect(await world.reader().receive()).toBe('settled');
    expect(world.bells.reports).toEqual([world.requestId]);
  });

  it.each([
    ['another number of cards', { cut: { ...aCut, cardsTotal: cardsTotal + 1 } }],
    ['another number of chunks', { cut: { ...aCut, chunksTotal: chunksTotal + 1 } }],
    ['other bytes', { reading: { ...aReading, sha256: 'cd'.repeat(32) } }],
  ])('that reads otherwise than before, with %s, is not mixed: its reader ends with a fault', async (_, otherwise) => {
    const world = openUploadWorld();
    await readOnce(world);
    const portrait = await portraitOf(world);
    world.reads(otherwise);
    await expect(world.reader().readOn()).rejects.toThrow('other totals or other bytes');
    expect(await portraitOf(world)).toEqual(portrait);
  });

  it('that was read once and cannot be read any more is not refused: its cards may be at work', async () => {
    const world = openUploadWorld();
    await readOnce(world);
    world.fails({ reason: 'gone', detail: 'The object is not there.' });
    await expect(world.reader().readOn()).rejects.toThrow('The object is not there.');
    expect((await world.request())?.status).toBe('receiving');
  });
});
