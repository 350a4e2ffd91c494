import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platformKey } from '../../../shared/ledger/keys.ts';
import { platformAttributes, platformStateOf } from '../../../shared/ledger/platform-item.ts';
import { nothingNoted, openReasons, type PlatformState } from '../../../shared/limit-increase/platform-state.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { anInstant, replay } from './any-chunk.ts';

const chunk = fc.record({
  requestId: fc.string({ minLength: 1 }),
  chunkNumber: fc.integer({ min: 1, max: 9_999_999 }),
});
const corporation = fc.stringMatching(/^[0-9a-f]{16}$/);
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const call = fc.record({
  ...{ chunk, corporation, sentAt: anInstant },
  keyId: optional(fc.stringMatching(/^[0-9a-f]{12}$/)),
});

const anyState: fc.Arbitrary<PlatformState> = fc.record({
  version: fc.integer({ min: 1 }),
  open: optional(
    fc.record({
      ...{ reason: fc.constantFrom(...openReasons), openedAt: anInstant, turns: fc.nat() },
      ...{ lastTurnAt: anInstant, lastTurn: optional(chunk) },
    }),
  ),
  openTotalMs: fc.nat(),
  recoveredAt: optional(anInstant),
  failures: fc.array(fc.record({ chunk, at: anInstant }), { maxLength: 3 }),
  refusals: fc.array(call, { maxLength: 3 }),
  answers: fc.array(call, { maxLength: 2 }),
  refusedCorporations: fc.array(
    fc.record({ corporation, attempts: fc.integer({ min: 1, max: 1_000 }), until: anInstant }),
    { maxLength: 3 },
  ),
  pace: optional(
    fc.record({
      intervalMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
      nextAt: anInstant,
      limitedAt: anInstant,
      resumesAt: anInstant,
    }),
  ),
});

const stored = (state: PlatformState) => ({ ...platformKey, ...platformAttributes(state) });

describe('the item of what is known of the platform', () => {
  it('gives back any state as it was written', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(platformStateOf(JSON.parse(JSON.stringify(stored(state))))).toEqual(JSON.parse(JSON.stringify(state)));
      }),
      replay,
    );
  });

  it('stays small with all that it may hold', () => {
    const seen = { chunk: { requestId: 'R'.repeat(26), chunkNumber: 9_999_999 }, corporation: '0'.repeat(16) };
    const refused = { corporation: '0'.repeat(16), attempts: 999, until: aMoment };
    const state = {
      ...{ ...nothingNoted, version: 1 },
      failures: Array(2).fill({ chunk: seen.chunk, at: aMoment }),
      refusals: Array(10).fill({ ...seen, keyId: '0'.repeat(12), sentAt: aMoment }),
      answers: Array(2).fill({ ...seen, keyId: '0'.repeat(12), sentAt: aMoment }),
      refusedCorporations: Array(50).fill(refused),
    };
    expect(JSON.stringify(stored(state)).length).toBeLessThan(8_192);
  });

  it('refuses an item of another version of the code, or one that does not hold what it must', () => {
    const item = stored({ ...nothingNoted, version: 1 });
    expect(() => platformStateOf({ ...item, schemaVersion: 2 })).toThrow('schemaVersion');
    expect(() => platformStateOf({ ...item, version: 0 })).toThrow('version');
    expect(() => platformStateOf({ ...item, open: { reason: 'CANARY' } })).toThrow('open.reason');
  });
});
