import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkItem, stateOf } from '../../../shared/ledger/chunk-item.ts';
import { assertChunk } from '../../../shared/ledger/invariants.ts';
import { chunkKey } from '../../../shared/ledger/keys.ts';
import type { ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import { aChunk, aCorrelationId, aResult, aSettledState, aState, positions } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { anyStoredChunk, replay } from './any-chunk.ts';

const key = chunkKey(aChunk().ref);
const written = (state: ChunkState) => chunkItem.write(key, 2_000_000_000, { ...state, step: 'a step' });
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the chunk item', () => {
  it('gives back any state as it was written', () => {
    fc.assert(
      fc.property(anyStoredChunk, ({ chunk, state }) => {
        assertChunk({ chunk, state });
        expect(stateOf(chunkItem.read(structuredClone(written(state))))).toEqual(state);
      }),
      { ...replay, numRuns: 300 },
    );
  });

  it('holds nothing that DynamoDB would refuse: no undefined, no set, no map of numbers', () => {
    fc.assert(
      fc.property(anyStoredChunk, ({ state }) => {
        const item = written(state);
        expect(JSON.parse(JSON.stringify(item))).toStrictEqual(item);
      }),
      { ...replay, numRuns: 50 },
    );
  });

  it('holds a hundred equal results in some hundred bytes', () => {
    const { results, texts } = written(aSettledState(100));
    expect(bytes([results, texts])).toBeLessThan(170);
    expect(texts).toEqual(['000_000', 'success', 'Success']);
    expect(results).toEqual([
      {
        ...{ status: 'named', code: 0, message: 1, returnMessage: 2 },
        ...{ cards: '0-99 261122101500-0000001 0', since: '2026-11-22T01:15:00.250Z' },
      },
    ]);
  });

  it('holds a hundred results of a hundred calls in 32 bytes each', () => {
    const each = positions(100).map((n) => [
      n,
      aResult({ correlationId: aCorrelationId(n), updatedAt: aMoment + n * 800 }),
    ]);
    const results = new Map(each as [number, ReturnType<typeof aResult>][]);
    expect(bytes(written(aSettledState(100, { results }))['results'])).toBeLessThan(3_200);
  });

  it('says once for all of its cards by which redrive a result was obtained, and nothing where it was none', () => {
    const results = new Map(positions(100).map((n) => [n, aResult({ redrive: n < 50 ? undefined : 3 })]));
    const item = written(aSettledState(100, { results, redriven: 3 }));
    expect(item['results']).toEqual([
      expect.not.objectContaining({ redrive: expect.anything() }),
      expect.objectContaining({ redrive: 3, cards: '50-99 261122101500-0000001 0' }),
    ]);
    expect(bytes(item['results'])).toBeLessThan(340);
  });

  it('draws equal results together in whichever order they came', () => {
    const results = new Map([5, 0, 3, 1, 4, 2].map((position) => [position, aResult()]));
    expect(written(aSettledState(6, { results }))['results']).toMatchObject([{ cards: '0-5 261122101500-0000001 0' }]);
  });

  it('can be read by an engineer at night', () => {
    const lists = { repeat: [[0, 1], [9]], stuck: [[10, 11]] };
    const plan = { pool: [4, 5, 6], suspect: [], ...lists, alone: [7, 2, 3], splits: false, credit: 8 };
    const said = { code: '000_999', message: 'maintenance' };
    const waiting = { tries: 1, notBefore: aMoment + 60_000 };
    const traces = new Map([[7, { maybe: aCorrelationId(), doubt: 'unknown', said, ...waiting } as const]]);
    const item = written(aState(12, { plan, traces, results: new Map([[8, aResult({ correlationId: undefined })]]) }));
    expect(item['plan']).toEqual({
      ...{ pool: '4-6', suspect: '', repeat: '0-1 9', stuck: '10-11', alone: '7,2-3' },
      ...{ splits: false, credit: 8 },
    });
    expect(item['dueAt']).toBe('2026-11-22T01:15:30.000Z');
    expect(item['traces']).toEqual([
      {
        ...{ cards: '7 261122101500-0000001 - 0', since: '2026-11-22T01:16:00.000Z', tries: 1, doubt: 'unknown' },
        said: { code: 3, message: 4 },
      },
    ]);
    expect(item['texts']).toEqual(['000_000', 'success', 'Success', said.code, said.message]);
    expect(item['results']).toMatchObject([{ cards: '8 - 0' }]);
  });

  it('reads the plan of an item from before lists could be stuck', () => {
    const item = written(aState());
    const { stuck: _, splits: __, ...plan } = item['plan'] as Record<string, unknown>;
    expect(chunkItem.read({ ...item, plan }).plan).toEqual(aState().plan);
  });

  it('counts the time in which a chunk was tried, which is no moment: it may be below zero', () => {
    const tried = { ms: 5, until: -1_000 };
    expect(stateOf(chunkItem.read(written(aState(2, { tried })))).tried).toEqual(tried);
  });

  // failures: F014
  it('refuses an item of another version, and names the path at fault and no value', () => {
    const item = written(aState());
    expect(() => chunkItem.read({ ...item, schemaVersion: 2 })).toThrow('schemaVersion');
    const broken = { ...item, plan: { pool: 'Q1SECRET', suspect: '', repeat: '', alone: '', credit: 1 } };
    expect(() => chunkItem.read(broken)).toThrow(
      /^REQUEST#\S+#0000001 \/ CHUNK is not as it must be: plan\.pool \(\w+\)$/,
    );
  });

  it('refuses to write what it could not read', () => {
    const inFlight = { correlationId: 'has a blank', positions: [0], startedAt: aMoment };
    expect(() => written(aState(2, { inFlight }))).toThrow('inFlight.correlationId');
  });
});
