import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedNames } from '../../../shared/json/repeated-names.ts';
import { replay } from '../ledger/any-chunk.ts';

const namesIn = (json: string) => repeatedNames(json, JSON.parse(json));

describe('the names that an object has more than once', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":1,"b":2,"a":3,"b":4,"a":5,"c":6}', ['a', 'b']],
    [String.raw`{"a":1,"\u0061":2}`, ['a']],
    ['{ "a" : 1 ,\n"a"\t:2}', ['a']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['{"":1,"":2}', ['']],
    ['{"a":{"a":1},"b":[{"a":2},{"a":3}]}', []],
    ['{"a":{"x":1,"x":2}}', []],
    [String.raw`{"a":"\"b\":1,\"b\":2"}`, []],
    [String.raw`{"a":"}\\","a":"{"}`, ['a']],
    ['[{"a":1,"a":2}]', []],
    ['{}', []],
  ])('of %s are %j', (json, names) => {
    expect(namesIn(json)).toEqual(names);
  });

  it('are found behind texts as long as a line may be', () => {
    const long = JSON.stringify(String.raw`\":`.repeat(300_000));
    expect(namesIn(`{"a":${long},"b":1,"a":2}`)).toEqual(['a']);
  });

  it('are those that were written twice, whatever stands in their values', () => {
    const members = fc.array(fc.tuple(fc.string({ maxLength: 3, unit: 'binary' }), fc.jsonValue({ maxDepth: 2 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(members, (written) => {
        const json = `{${written.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
        const names = written.map(([name]) => name);
        const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
        expect(new Set(namesIn(json))).toEqual(twice);
      }),
      replay,
    );
  });
});
