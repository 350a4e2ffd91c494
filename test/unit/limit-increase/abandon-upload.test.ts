import { describe, expect, it } from 'vitest';
import { openUploadWorld, type UploadWorld } from './upload-world.ts';

const minuteMs = 60_000;
const failure = { reason: 'object_gone', detail: 'The object was deleted.' };

/** Reads the file once, and dies in its second group of chunks when these of it stand. */
async function readInPart({ reader, ledger }: UploadWorld, standing: readonly number[]): Promise<void> {
  const writeChunks: typeof ledger.writeChunks = async (chunks) => {
    const some = chunks.filter(({ chunk: { ref } }) => ref.chunkNumber <= 50 || standing.includes(ref.chunkNumber));
    await ledger.writeChunks(some);
    if (some.length < chunks.length) throw new Error('away');
  };
  await expect(reader(undefined, { ...ledger, writeChunks }).receive()).rejects.toThrow('away');
}

/** Reads until nobody expects any more that it comes to anything. */
async function readInVain({ reader, clock, request }: UploadWorld): Promise<number> {
  for (let readings = 1; ; readings += 1) {
    clock.advance(3 * minuteMs);
    const end = await reader()
      .readOn()
      .catch((error: Error) => error.message);
    if (end === 'put_off') return readings;
    expect(end).toContain(failure.detail);
    expect((await request())?.upload?.failure).toBeUndefined();
  }
}

describe('a file that cannot be read any more after it was read once', () => {
  // failures: F032
  it('is tried for hours, then ends with the cards that were taken, its last group in part', async () => {
    const world = openUploadWorld();
    await readInPart(world, [53, 60]);
    world.fails(failure);
    expect(await readInVain(world)).toBe(50);
    expect(await world.request()).toMatchObject({ status: 'receiving', upload: { failure } });
    world.clock.advance(21 * minuteMs);
    expect(await world.reader().readOn()).toBe('refused');
    // Of chunks 1 to 50 every second has two cards, 53 has one, 60 has two.
    const ended = { status: 'open', cardsTotal: 78, chunksTotal: 60, upload: { failure } };
    expect(await world.request()).toMatchObject(ended);
    expect(world.noticesOf('upload_refused')).toHaveLength(1);
    expect(await world.reader().readOn()).toBe('stands');
    expect(await world.request()).toMatchObject(ended);
  });

  it('ends with what a slow reader wrote of it after it was abandoned, and that one goes no further', async () => {
    const world = openUploadWorld();
    await readInPart(world, []);
    const slow = world.reader(undefined, {
      ...world.ledger,
      writeChunks: async (chunks) => {
        if (chunks.some(({ chunk: { ref } }) => ref.chunkNumber === 101))
          await world.ledger.abandonUpload(world.requestId, { at: world.clock(), dueAt: world.clock(), failure });
        await world.ledger.writeChunks(chunks);
      },
    });
    expect(await slow.readOn()).toBe('stands');
    world.fails(failure);
    expect(await world.reader().readOn()).toBe('put_off');
    world.clock.advance(19 * minuteMs);
    expect(await world.reader().readOn()).toBe('put_off');
    world.clock.advance(2 * minuteMs);
    expect(await world.reader().readOn()).toBe('refused');
    expect(await world.request()).toMatchObject({ status: 'open', cardsTotal: 180, chunksTotal: 120 });
  });

  it('is settled at once if none of its cards was taken, and its report rung for', async () => {
    const world = openUploadWorld();
    const writeChunks = async (): Promise<never> => Promise.reject(new Error('away'));
    await expect(world.reader(undefined, { ...world.ledger, writeChunks }).receive()).rejects.toThrow('away');
    world.fails(failure);
    await readInVain(world);
    world.clock.advance(21 * minuteMs);
    expect(await world.reader().readOn()).toBe('refused');
    expect(await world.request()).toMatchObject({ status: 'settled', cardsTotal: 0, chunksTotal: 0 });
    expect(world.bells.reports).toEqual([world.requestId]);
  });

  it('goes on as if nothing had been when it can be read again in time', async () => {
    const world = openUploadWorld();
    await readInPart(world, [53]);
    world.fails(failure);
    await expect(world.reader().readOn()).rejects.toThrow(failure.detail);
    world.fails(undefined);
    expect(await world.reader().readOn()).toBe('opened');
    expect(await world.request()).toMatchObject({ status: 'open', cardsTotal: 180, chunksTotal: 120 });
  });

  it('is ended later when the time is up before its chunks are counted', async () => {
    const world = openUploadWorld();
    await readInPart(world, []);
    world.fails(failure);
    await readInVain(world);
    world.clock.advance(21 * minuteMs);
    expect(await world.reader().readOn(world.clock() + 1_000)).toBe('put_off');
    expect((await world.request())?.status).toBe('receiving');
    expect(await world.reader().readOn()).toBe('refused');
  });
});
