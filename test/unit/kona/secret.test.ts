import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSecret } from '../../../shared/kona/secret.ts';

const whole = {
  aspId: 'ASP-CANARY-0001',
  accessKey: 'CANARY-ACCESS-KEY-0123456789-0123456789A',
  secretKey: 'CANARY-SECRET-KEY',
};

const complaint = (secret: unknown): string => {
  try {
    parseSecret(typeof secret === 'string' ? secret : JSON.stringify(secret));
  } catch (error) {
    return error instanceof Error ? `${error.stack} ${JSON.stringify(error.cause)}` : 'no error';
  }
  return 'accepted';
};

describe("the secret's JSON", () => {
  it('is accepted with the three fields that every call needs', () => {
    expect(parseSecret(JSON.stringify(whole))).toEqual(whole);
  });

  it('is accepted with a secret key of one character, and with fields that are not ours', () => {
    expect(parseSecret(JSON.stringify({ ...whole, secretKey: 'k', note: 'x' }))).toEqual({ ...whole, secretKey: 'k' });
  });

  it('may leave the optional fields empty', () => {
    const empty = { cryptoKeyId: '', serverPublicKey: '', clientPrivateKey: null };

    expect(parseSecret(JSON.stringify({ ...whole, ...empty }))).toEqual(whole);
  });

  it.each([
    ['aspId', { aspId: `${whole.aspId}2` }],
    ['aspId', { aspId: undefined }],
    ['aspId', { aspId: 'ASP\r\nCANARY-01' }],
    ['accessKey', { accessKey: whole.accessKey.slice(1) }],
    ['accessKey', { accessKey: 7 }],
    ['secretKey', { secretKey: '' }],
    ['secretKey', { secretKey: ['CANARY'] }],
    ['cryptoKeyId', { cryptoKeyId: 'CANARY '.repeat(9) }],
    ['serverPublicKey', { serverPublicKey: 'CANARY' }],
    ['clientPrivateKey', { clientPrivateKey: '-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----' }],
    // failures: F113
  ])('is refused by the name of the field %s, and without any value', (field, fault) => {
    const said = complaint({ ...whole, ...fault });

    expect(said).toContain('MalformedSecret');
    expect(said).toContain(`malformed: ${field} must`);
    expect(said).not.toContain('CANARY');
  });

  it('tells of every field at once', () => {
    expect(complaint({})).toMatch(/aspId .*; accessKey .*; secretKey /);
  });

  it.each(['', 'CANARY', '{"secretKey":"CANARY"', '["CANARY"]', '"CANARY"', 'null'])(
    // failures: F113
    'is refused without being quoted when it is %j',
    (text) => {
      const said = complaint(text);

      expect(said).toContain('MalformedSecret');
      expect(said).not.toContain('CANARY');
    },
  );

  it('is refused with a key that is too short, or not of RSA', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = (key: typeof short.publicKey) => key.export({ type: 'spki', format: 'pem' });

    expect(complaint({ ...whole, serverPublicKey: pem(short.publicKey) })).toContain('2048 bits');
    expect(complaint({ ...whole, serverPublicKey: pem(curve.publicKey) })).toContain('2048 bits');
  });
});
