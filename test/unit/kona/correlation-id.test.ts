import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertCorrelationId, correlationIdOf } from '../../../shared/kona/correlation-id.ts';
import { transactionTime } from '../../../shared/kona/transaction-time.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

describe('the correlation ID', () => {
  it('is the time without its century, a hyphen and seven hex digits', () => {
    const time = transactionTime(Date.UTC(2026, 10, 22, 1, 15), 'KST');

    expect(correlationIdOf(time, '0a1b2c3')).toBe('261122101500-0a1b2c3');
  });

  it('has exactly 20 characters at any moment of this century', () => {
    const moment = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2099, 11, 31) });
    const digits = fc.integer({ min: 0, max: 0xfffffff }).map((n) => n.toString(16).padStart(7, '0'));

    fc.assert(
      fc.property(moment, digits, (at, hex) => {
        expect(correlationIdOf(transactionTime(at, 'KST'), hex)).toMatch(/^\d{12}-[0-9a-f]{7}$/);
      }),
      replay,
    );
  });

  it.each(['0a1b2c', '0a1b2c34', '0A1B2C3', '0a1b2c\n', ''])('is not made from %j', (digits) => {
    const time = transactionTime(0, 'UTC');

    expect(() => correlationIdOf(time, digits)).toThrow('yyMMddHHmmss-xxxxxxx');
  });

  // failures: F129
  it('is refused as a header if it holds anything else', () => {
    expect(() => assertCorrelationId('261122101500-0a1b2c3\r\nX-Evil: 1')).toThrow('yyMMddHHmmss-xxxxxxx');
  });
});
