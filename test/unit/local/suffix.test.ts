import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { suffixOf } from '../../../infra/local/suffix.ts';

describe('the suffix of all names', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kona-suffix-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is the same over the same data, for clouds that begin at once too', async () => {
    const data = join(directory, 'data');
    const suffixes = await Promise.all(Array.from({ length: 5 }, () => suffixOf(data)));
    expect(new Set([...suffixes, await suffixOf(data)])).toEqual(new Set([expect.stringMatching(/^[0-9A-F]{12}$/)]));
    expect(await readdir(data)).toEqual(['suffix']);
  });

  it('is another each time where nothing is kept', async () => {
    expect(await suffixOf(undefined)).not.toBe(await suffixOf(undefined));
  });
});
