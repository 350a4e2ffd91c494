import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../../../shared/uploads/check-upload.ts';
import { aPar } from '../../support/builders.ts';
import { givenFile, goodRow, header, reasonOf, refusals, seen, takenLines } from './given-file.ts';

const text = [header, goodRow(1), goodRow(2)].join('\r\n');
/** The same as `주식회사 코나` in code page 949. */
const nameInCp949 = Buffer.from('c1d6bdc4c8b8bbe720c4daB3AA'.toLowerCase(), 'hex');
const inCp949 = Buffer.concat([
  Buffer.from(`${header}\r\n`),
  nameInCp949,
  Buffer.from(`,1168200276,1101110062432,,${aPar(1)}\r\n`),
]);

describe('the encoding of a file', () => {
  // failures: F038
  it('is UTF-8 with a byte order mark or without, cut between any two bytes', async () => {
    for (const content of [text, `\uFEFF${text}`])
      for (let size = 1; size < 12; size += 1) {
        const { checked } = await seen(givenFile('a.csv', content, [size]));
        expect(checked).toMatchObject({ reading: { encoding: 'utf-8' }, progress: { rowsRead: 2, rowsRejected: 0 } });
      }
  });

  // failures: F039
  it('is found out to be CP949, cut between any two bytes', async () => {
    for (let size = 1; size < 12; size += 1) {
      const { checked } = await seen(givenFile('a.csv', inCp949, [size]));
      expect(checked).toMatchObject({ reading: { encoding: 'cp949' }, progress: { rowsRejected: 0 } });
      expect(checked.readable && checked.cut.chunkAt(1).corporation.corporationName).toBe('주식회사 코나');
    }
  });

  // failures: F039
  it('is all of CP949: every syllable of Hangul, and what Microsoft put beside them', async () => {
    const syllables = Array.from({ length: 11_172 }, (_, index) => String.fromCharCode(0xac00 + index));
    const names = [...syllables, '€', '㈜', '伽'].map((letter) => `${letter}주식회사`);
    const rows = names.map((name, card) => goodRow(card).replace('주식회사 코나', name));
    const { checked } = await seen(givenFile('a.csv', iconv.encode([header, ...rows].join('\r\n'), 'cp949')));
    expect(checked).toMatchObject({ reading: { encoding: 'cp949' }, progress: { rowsRejected: 0 } });
    assert(checked.readable);
    const read = names.map((_, index) => checked.cut.chunkAt(index + 1).corporation.corporationName);
    expect(read).toEqual(names);
  });

  // failures: F040
  it('stays UTF-8 if one byte of it is broken: that row is rejected, no other', async () => {
    const bytes = Buffer.from([header, goodRow(1), goodRow(2), goodRow(3)].join('\n'));
    const at = bytes.indexOf(Buffer.from(aPar(1))) + aPar(1).length + 2;
    bytes[at] = 0xff;
    const file = await seen(givenFile('a.csv', bytes));
    expect(file.checked).toMatchObject({ reading: { encoding: 'utf-8' } });
    expect(Object.keys(refusals(file))).toEqual(['3']);
    expect(refusals(file)[3]).toContain('U+FFFD');
    expect(takenLines(file)).toEqual([2, 4]);
  });

  it.each(['코나', '쿠팡', '한강'])(
    'stays UTF-8 with a broken byte in one row, though CP949 can read %s',
    async (name) => {
      const row = (card: number): Buffer => Buffer.from(`${goodRow(card).replace('주식회사 코나', name)}\n`);
      const broken = row(0);
      broken[3] = 0xbd;
      const rows = Array.from({ length: 9 }, (_, card) => row(card + 1));
      const content = Buffer.concat([Buffer.from(`${header}\n`), broken, ...rows]);
      const file = await seen(givenFile('a.csv', content));
      expect(file.checked).toMatchObject({ reading: { encoding: 'utf-8' }, progress: { rowsRejected: 1 } });
      expect(Object.keys(refusals(file))).toEqual(['2']);
    },
  );

  it('is CP949 for any two syllables, or else the file is taken for the same in UTF-8', async () => {
    const letters = Array.from({ length: 2_350 }, (_, index) => [0xb0 + Math.floor(index / 94), 0xa1 + (index % 94)]);
    for (let first = 0; first < letters.length; first += 1) {
      const name = Buffer.from([...(letters[first] ?? []), ...(letters[(first * 331 + 17) % letters.length] ?? [])]);
      const row = Buffer.concat([name, Buffer.from(goodRow(1).replace('주식회사 코나', ''))]);
      const content = Buffer.concat([Buffer.from(`${header}\n`), row]);
      const { checked } = await seen(givenFile('a.csv', content));
      assert(checked.readable);
      const isUtf8 = Buffer.from(name.toString()).equals(name);
      expect([name.toString('hex'), checked.reading.encoding]).toEqual([
        name.toString('hex'),
        isUtf8 ? 'utf-8' : 'cp949',
      ]);
    }
  });

  it.each([
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'utf_16'],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'not_text'],
    ['a ZIP archive', Buffer.from('504b0304140006000800', 'hex'), 'zip'],
    ['an old Excel workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'workbook'],
    ['gzip by another name', gzipSync(text), 'gzip_by_another_name'],
  ])('is none for %s', async (_, bytes, reason) => {
    expect(reasonOf(await seen(givenFile('a.csv', bytes)))).toBe(reason);
  });
});

describe('a compressed file', () => {
  it('is read as what it holds; size and digest are those of the upload', async () => {
    const bytes = gzipSync(text);
    const { checked } = await seen(givenFile('A.CSV.GZ', bytes, [7]));
    expect(checked).toMatchObject({
      progress: { rowsRead: 2 },
      reading: { compressed: true, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    });
  });

  it.each([
    ['is cut off', gzipSync(text).subarray(0, 60), 'broken_gzip'],
    ['is damaged', Buffer.concat([gzipSync(text).subarray(0, 30), Buffer.alloc(60, 7)]), 'broken_gzip'],
    ['is none', Buffer.from(text), 'not_gzip'],
    ['is empty', Buffer.alloc(0), 'empty'],
    // failures: F053
  ])('is unreadable if it %s', async (_, bytes, reason) => {
    expect(reasonOf(await seen(givenFile('a.csv.gz', bytes)))).toBe(reason);
  });

  // failures: F052
  it('that expands without end is refused at the bound, with flat memory', { timeout: 60_000 }, async () => {
    const member = gzipSync(Buffer.alloc(32 * 2 ** 20, `${goodRow(1)}\n`));
    const bomb = Buffer.concat(Array.from({ length: 40 }, () => member));
    const before = process.memoryUsage().arrayBuffers;
    expect(reasonOf(await seen(givenFile('a.csv.gz', bomb)))).toBe('too_large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });
});

describe('a file', () => {
  // failures: F054
  it.each(['a.txt', 'a.xlsx', 'csv', 'a.csv.zip', 'a.json'])('named %s is of an unknown type', async (key) => {
    expect(reasonOf(await seen(givenFile(key, text)))).toBe('unknown_type');
  });

  it('whose store fails is no unreadable one: the fault goes through', async () => {
    for (const key of ['a.csv', 'a.csv.gz']) {
      const file = {
        key,
        open: async () =>
          (async function* () {
            yield key.endsWith('gz') ? gzipSync(text).subarray(0, 20) : Buffer.from(text);
            throw new Error('the store is gone');
          })(),
      };
      await expect(checkFile(file)).rejects.toThrow('the store is gone');
    }
  });

  // failures: F051
  it('of more than a million rows is refused, and says so', { timeout: 60_000 }, async () => {
    const list = JSON.stringify({
      corporationName: 'K',
      bizLicenseNo: '1',
      registrationNumber: '1',
      parList: Array.from({ length: 1_000 }, (_, index) => aPar(index)),
    });
    const lines = (count: number) => givenFile('a.jsonl', `${list}\n`.repeat(count));
    expect((await checkFile(lines(1_000))).readable).toBe(true);
    const over = await checkFile(givenFile('a.jsonl', `${`${list}\n`.repeat(1_000)}{}`));
    expect(over).toMatchObject({ readable: false, failure: { reason: 'too_many_rows' } });
  });
});
