import { describe, expect, it } from 'vitest';
import { aMoment } from '../../support/fixed-clock.ts';
import { chunksTotal, openUploadWorld, unrung } from './upload-world.ts';

describe('a reader of a file', () => {
  it('ends when the deadline comes before the end of the file, and falls due at once for another', async () => {
    const world = openUploadWorld();
    expect(await world.reader().receive(aMoment + 12_000)).toBe('put_off');
    expect(await world.ledger.listDue(world.clock(), 10)).toMatchObject([{ requestId: world.requestId }]);
    expect(await world.request()).toMatchObject({ status: 'receiving', upload: { chunksWritten: 0 } });
    expect(await world.reader().readOn()).toBe('opened');
    expect((await world.request())?.upload?.readings).toBe(2);
  });

  it('ends between two groups of chunks when the deadline comes, and the next goes on where it was', async () => {
    const world = openUploadWorld();
    const { ledger, clock } = world;
    const slow = world.reader(undefined, {
      ...ledger,
      writeChunks: async (chunks) => {
        clock.advance(60_000);
        await ledger.writeChunks(chunks);
      },
    });
    expect(await slow.receive(aMoment + 100_000)).toBe('put_off');
    expect((await world.request())?.upload?.chunksWritten).toBe(100);
    expect(world.bells.chunks).toHaveLength(100);
    expect(await world.reader().readOn()).toBe('opened');
    expect(world.bells.chunks).toHaveLength(chunksTotal);
    expect(world.lists).toHaveLength(1);
  });

  it('tells how far it is while it reads, and that it lives', async () => {
    const world = openUploadWorld();
    const { ledger } = world;
    const notes: unknown[] = [];
    const watched = world.reader(undefined, {
      ...ledger,
      noteReceiving: async (requestId, note) => {
        notes.push({
          rowsRead: note.progress?.rowsRead,
          chunksWritten: note.chunksWritten,
          leftMs: note.dueAt - note.at,
        });
        return ledger.noteReceiving(requestId, note);
      },
    });
    await watched.receive();
    expect(notes).toEqual([
      { leftMs: 180_000 },
      { rowsRead: 50, leftMs: 180_000 },
      { rowsRead: 150, leftMs: 180_000 },
      { chunksWritten: chunksTotal, leftMs: 180_000 },
    ]);
  });

  it('gives the queue its time before the reconciler may take a chunk', async () => {
    const world = openUploadWorld();
    await world.reader().receive();
    const first = await world.ledger.readChunk({ requestId: world.requestId, chunkNumber: 1 });
    const last = await world.ledger.readChunk({ requestId: world.requestId, chunkNumber: chunksTotal });
    expect(first?.state.dueAt).toBe(world.clock() + 901_000);
    expect(last?.state.dueAt).toBe(world.clock() + 900_000 + chunksTotal * 1_000);
  });

  it('ends with the fault of a bell of chunks, so that its message comes again, and the next misses none', async () => {
    const world = openUploadWorld();
    world.bells.fail(new Error('the queue is away'));
    await expect(world.reader().receive()).rejects.toThrow('the queue is away');
    world.bells.fail(undefined);
    expect(await world.reader().receive()).toBe('opened');
    expect(unrung(world)).toEqual([]);
  });

  it('ends with the fault of the store, and the next begins anew', async () => {
    const world = openUploadWorld();
    const { ledger } = world;
    const failing = world.reader(undefined, { ...ledger, noteChecked: async () => Promise.reject(new Error('away')) });
    await expect(failing.receive()).rejects.toThrow('away');
    expect(await world.reader().receive()).toBe('opened');
  });

  it('does not count a reading that a store ended that was not there', async () => {
    const world = openUploadWorld();
    const away = world.reader(undefined, { ...world.ledger, noteReceiving: world.ledger.noteReceiving });
    world.failsToRead(new Error('the store is away'));
    for (let readings = 0; readings < 60; readings += 1) await expect(away.receive()).rejects.toThrow('away');
    world.failsToRead(undefined);
    expect(await world.reader().receive()).toBe('opened');
  });

  it('refuses a file that fifty readers have begun and none has ended', async () => {
    const world = openUploadWorld();
    for (let readings = 0; readings < 50; readings += 1)
      expect(await world.reader().receive(world.clock() + 11_000)).toBe('put_off');
    expect(await world.reader().receive()).toBe('refused');
    expect(await world.request()).toMatchObject({ status: 'settled', upload: { failure: { reason: 'never_read' } } });
  });
});
