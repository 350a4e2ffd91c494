import { expect, it } from 'vitest';
import { matches, patternText } from '../../../infra/local/lambda/event-filter.ts';

const filter = (pattern: object) => patternText.parse(JSON.stringify(pattern));

it.each([
  [{ a: { b: ['x', 'y'] } }, { a: { b: 'y', c: 1 } }, true],
  [{ a: { b: ['x'] } }, { a: { b: 'z' } }, false],
  [{ a: ['x'], b: ['x'] }, { a: 'x' }, false],
  [{ a: { b: ['x'] } }, { a: 'x' }, false],
  [{ a: { b: [{ exists: true }] } }, { a: { b: 'any' } }, true],
  [{ a: { b: [{ exists: true }] } }, { a: {} }, false],
  [{}, { a: 1 }, true],
])('of %j and %j the answer is %j', (pattern, value, answer) => {
  expect(matches(filter(pattern), value)).toBe(answer);
});

it('takes a field that is not known yet to match', () => {
  expect(matches(filter({ a: { b: ['x'], c: ['y'] } }), { a: { b: 'x' } }, 'c')).toBe(true);
  expect(matches(filter({ a: { b: ['x'], c: ['y'] } }), { a: { b: 'z' } }, 'c')).toBe(false);
});

it.each([{ a: [{ prefix: 'x' }] }, { a: [{ exists: false }] }, { a: [] }, { a: [1] }])(
  'refuses what it does not understand: %j',
  (pattern) => {
    expect(() => filter(pattern)).toThrow('the local cloud does not understand the filter');
  },
);
