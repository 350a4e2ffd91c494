import { describe, expect, it } from 'vitest';
import { chunkItem, stateOf } from '../../../shared/ledger/chunk-item.ts';
import { chunkKey } from '../../../shared/ledger/keys.ts';
import type { CardResult, CardTrace, ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import {
  aChunk,
  aCorrelationId,
  aResult,
  aSettledState,
  aState,
  positions,
  retention,
} from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { cardsWithLongestTexts } from './longest-texts.ts';

const key = chunkKey(aChunk().ref);
const written = (state: ChunkState) => chunkItem.write(key, retention(aMoment), { ...state, step: 'a step' });
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const mapOf = <T>(cards: number, valueAt: (position: number) => T): Map<number, T> =>
  new Map(positions(cards).map((position) => [position, valueAt(position)]));

describe('the texts of a chunk', () => {
  it('are stored once, whichever fields and cards they belong to', () => {
    const word = 'x'.repeat(100);
    const trace: CardTrace = {
      ...{ maybe: aCorrelationId(), doubt: 'refused_list', tries: 1, refusal: { code: '003_050', message: word } },
      listed: { correlationId: aCorrelationId(), returnMessage: word },
    };
    const results = mapOf(50, (n) => aResult({ status: n % 2 ? 'rejected' : 'named', code: word, message: word }));
    const item = written(aState(100, { results, traces: mapOf(100, () => trace) }));
    expect(item['texts']).toEqual([word, 'Success', '003_050']);
    expect(item['results']).toMatchObject([{ code: 0, message: 0, returnMessage: 1 }, { code: 0 }]);
    expect(item['traces']).toMatchObject([{ listedAs: 0, refusal: { code: 2, message: 0 } }]);
  });

  it('are absent where there are none', () => {
    expect(written(aState())).not.toHaveProperty('texts');
  });

  it('are read as an earlier release stored them, beside the cards', () => {
    const state = aSettledState(2);
    const { texts: _, ...item } = written(state);
    const results = [
      {
        ...{ status: 'named', code: '000_000', message: 'success', returnMessage: 'Success' },
        ...{ cards: '0-1 261122101500-0000001 0', since: '2026-11-22T01:15:00.250Z' },
      },
    ];
    expect(stateOf(chunkItem.read({ ...item, results }))).toEqual(state);
  });

  it('are an error that names its path, where an item refers to one that it lacks', () => {
    const { texts: _, ...item } = written(aSettledState(2));
    expect(() => chunkItem.read(item)).toThrow('results.0.code');
  });
});

describe('a chunk of a hundred cards, each with the longest texts and no two alike', () => {
  it('keeps every text of the results', () => {
    const { results } = cardsWithLongestTexts();
    const state = aSettledState(100, { results });
    const item = written(state);
    expect(bytes(item)).toBeLessThan(300_000);
    expect(stateOf(chunkItem.read(item)).results).toEqual(results);
  });

  // failures: F102
  it('stays below 300 KB with as many in the traces: its texts are cut, and nothing else is lost', () => {
    const state = aSettledState(100, cardsWithLongestTexts());
    const item = written(state);
    expect(bytes(item)).toBeLessThan(300_000);
    const read = stateOf(chunkItem.read(item));
    const cut = (text?: string) => [...(text ?? '')].slice(0, 50).join('');
    const ofResult = ({ code, message, returnMessage, ...rest }: CardResult) => [
      cut(code),
      cut(message),
      cut(returnMessage),
      rest,
    ];
    for (const [position, result] of state.results) {
      expect(read.results.get(position)).toBeDefined();
      expect(ofResult(read.results.get(position) ?? result)).toEqual(ofResult(result));
      expect(read.traces.get(position)?.maybe).toBe(state.traces.get(position)?.maybe);
    }
  });
});
