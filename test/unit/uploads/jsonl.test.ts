import { expect, it } from 'vitest';
import { aPar, pars } from '../../support/builders.ts';
import { givenFile, reasonOf, refusals, seen, takenLines } from './given-file.ts';

const corporation = {
  corporationName: '주식회사 코나',
  bizLicenseNo: '116-82-00276',
  registrationNumber: '110111-0062432',
};
const jsonl = (...lines: (string | object)[]) =>
  givenFile(
    'incoming/cards.jsonl',
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );

it('takes one card a line, or a list of them, hyphens dropped', async () => {
  const file = await seen(jsonl({ ...corporation, par: aPar(1) }, '', { ...corporation, parList: pars(2, 2) }));
  expect(takenLines(file)).toEqual([1, 3, 3]);
  expect(file.checked.readable && file.checked.cut.chunkAt(1)).toEqual({
    corporation: { ...corporation, bizLicenseNo: '1168200276', registrationNumber: '1101110062432' },
    pars: pars(3),
    lines: [1, 3, 3],
  });
});

it('counts every card of a list as a row, and a card that comes twice in it as repeated', async () => {
  const file = await seen(jsonl({ ...corporation, parList: [aPar(1), aPar(2), aPar(1)] }));
  expect(file.checked).toMatchObject({ progress: { rowsRead: 3, rowsRejected: 0, rowsRepeated: 1 } });
  expect(refusals(file)).toEqual({ 1: 'par: the same card stands on line 1 already; it is taken once' });
});

it('rejects a list for one bad card, whole, with the place of each fault', async () => {
  const file = await seen(jsonl({ ...corporation, parList: [aPar(1), 'q', 7] }, { ...corporation, par: aPar(4) }));
  expect(file.checked).toMatchObject({ progress: { rowsRead: 4, rowsRejected: 3 } });
  expect(refusals(file)[1]).toMatch(/^parList\/1: .*; it has 1 characters; parList\/2: .*; it is a number$/);
  expect(takenLines(file)).toEqual([2]);
});

it.each<[string, string | object, string]>([
  ['no JSON', '{"par":', 'is not JSON'],
  ['no object', '[1]', 'is not a JSON object'],
  ['null', 'null', 'is not a JSON object'],
  ['unknown fields, __proto__ among them', '{"__proto__":1,"note":""}', 'has unknown fields ("__proto__", "note")'],
  ['two lists', `{"parList":["${aPar(3)}"],"parList":["${aPar(4)}"]}`, 'has parList more than once'],
  ['both par and parList', { ...corporation, par: aPar(1), parList: [aPar(1)] }, 'par: goes without parList'],
  ['an empty list', { ...corporation, parList: [] }, 'it has 0'],
  ['1,001 cards', { ...corporation, parList: pars(1_001) }, 'it has 1001'],
  ['a number for a text', { ...corporation, bizLicenseNo: 1168200276, par: aPar(1) }, 'bizLicenseNo: must be'],
  ['deep nesting', `{"par":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'it is an array'],
])('rejects a line that holds %s, and takes its neighbour', async (_, line, reason) => {
  const file = await seen(jsonl(line, { ...corporation, par: aPar(2) }));
  expect(refusals(file)[1]).toContain(reason);
  expect(takenLines(file)).toEqual([2]);
});

// failures: F047
it('rejects a line of more than a MiB without holding it, and takes its neighbours', async () => {
  const long = JSON.stringify({ ...corporation, par: 'x'.repeat(3_000_000) });
  const file = await seen(jsonl({ ...corporation, par: aPar(1) }, long, { ...corporation, par: aPar(2) }));
  expect(refusals(file)).toEqual({ 2: 'is longer than 1048576 characters' });
  expect(takenLines(file)).toEqual([1, 3]);
});

it('is unreadable without a single line', async () => {
  expect(reasonOf(await seen(givenFile('a.jsonl', '\n \n')))).toBe('no_rows');
});
