import { describe, expect, it } from 'vitest';
import { callEnd, callOf, openCall } from '../../../shared/ledger/call-item.ts';
import { type RecordedOutcome, readings } from '../../../shared/limit-increase/ports.ts';
import { aCall, aChunk, anEndedCall } from '../../support/builders.ts';

const record = { ...aCall({ positions: [0, 1, 4] }), chunk: aChunk().ref };
const open = openCall(2_000_000_000, record);
const stored = (outcome: RecordedOutcome) => ({ ...open, ...callEnd(anEndedCall({ outcome })) });

describe('the call item', () => {
  it('gives back a call without an outcome', () => {
    expect(callOf(structuredClone(open))).toEqual(record);
  });

  it.each(readings)('gives back how an answer was read: %s', (reading) => {
    const words = { httpStatus: 400, code: '000_999', description: '점검 중' };
    const outcome: RecordedOutcome = { name: 'answered', reading, ...words, reason: 'a_word' };
    expect(callOf(structuredClone(stored(outcome))).ended).toEqual(anEndedCall({ outcome }));
  });

  it('gives back which cards a call named, in a few bytes, and that it named none', () => {
    const named = stored({ name: 'answered', reading: 'success', named: [0, 1, 4] });
    expect(named).toMatchObject({ outcome: { named: '0-1,4' } });
    expect(callOf(named).ended?.outcome.named).toEqual([0, 1, 4]);
    expect(callOf(stored({ name: 'answered', reading: 'success', named: [] })).ended?.outcome.named).toEqual([]);
  });

  it('gives back a call that was not sent, which was not read', () => {
    const outcome: RecordedOutcome = { name: 'not_sent', reason: 'platform_down' };
    expect(callOf(stored(outcome)).ended?.outcome).toEqual(outcome);
  });

  it('refuses a reading that it does not know, and names no value', () => {
    const item = { ...open, ...callEnd(anEndedCall()), outcome: { name: 'answered', reading: 'CANARY' } };
    expect(() => callOf(item)).toThrow(/outcome\.reading/);
    expect(() => callOf(item)).not.toThrow(/CANARY/);
  });
});
