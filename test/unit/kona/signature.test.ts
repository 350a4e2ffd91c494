import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { namedCardRequest } from '../../../shared/kona/contract.ts';
import { transactionToken } from '../../../shared/kona/signature.ts';
import { timeZoneNamed, transactionTime } from '../../../shared/kona/transaction-time.ts';
import { parSchema } from '../../../shared/limit-increase/terms.ts';

const at = Date.UTC(2026, 10, 22, 1, 15, 0, 7);
const time = transactionTime(at, 'KST');

const openssl = (key: string, bytes: Buffer): string => {
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-hmac', key, '-binary'], { input: bytes });
  return digest.toString('base64');
};

describe('the transaction token', () => {
  it('is the one that RFC 4231 gives for its second test case', () => {
    const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const token = transactionToken('Jefe', time, Buffer.from('what do ya want for nothing?'));

    expect(token).toBe(`KMV1:20261122101500007:${Buffer.from(expected, 'hex').toString('base64')}`);
  });

  it('has 67 characters and ends in the padding of Base64', () => {
    expect(transactionToken('k', time, Buffer.from('{}'))).toMatch(/^KMV1:\d{17}:[0-9A-Za-z+/]{43}=$/);
  });

  it.each(['secret', 'a-much-longer-secret-key-of-the-project-0123456789'])(
    'is what openssl computes over the same Korean bytes with the key %s',
    (key) => {
      const corporation = {
        corporationName: '㈜코나 주식회사 🏦',
        bizLicenseNo: '1168200276',
        registrationNumber: '1101110062432',
      };
      const body = Buffer.from(namedCardRequest(corporation, [parSchema.parse('Q180BEA3B2F1BBD8410336D66A4')]));

      expect(transactionToken(key, time, body)).toBe(`KMV1:20261122101500007:${openssl(key, body)}`);
    },
  );
});

describe('the transaction time', () => {
  it('gives the wall clock of Korea in three lengths from one reading', () => {
    expect(time).toEqual({ digits17: '20261122101500007', digits14: '20261122101500', digits12: '261122101500' });
  });

  it('goes by the zone that the header names', () => {
    expect(transactionTime(at, 'UTC').digits17).toBe('20261122011500007');
    expect(transactionTime(at, 'SGT').digits14).toBe('20261122091500');
  });

  it('turns the day, the month and the year at midnight in Korea', () => {
    expect(transactionTime(Date.UTC(2026, 11, 31, 14, 59, 59, 999), 'KST').digits17).toBe('20261231235959999');
    expect(transactionTime(Date.UTC(2026, 11, 31, 15, 0, 0, 0), 'KST').digits17).toBe('20270101000000000');
  });

  it('agrees with the time zone database for Korea', () => {
    const wallClock = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Asia/Seoul',
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(at);

    expect(time.digits14).toBe(wallClock.replace(/\D/g, ''));
  });

  it('refuses a zone whose offset nobody told it', () => {
    expect(timeZoneNamed('KST')).toBe('KST');
    expect(() => timeZoneNamed('CET')).toThrow(RangeError);
    expect(() => timeZoneNamed('toString')).toThrow(RangeError);
  });
});
