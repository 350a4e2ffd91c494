import { generateKeyPairSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decryptMessage, encryptMessage, readPrivateKey, readPublicKey } from '../../../shared/kona/encryption.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const text = '{"corporationName":"㈜코나"}';
const bytesMax = 1_000;

const encrypted = (enc: string, alg = 'RSA-OAEP-256', plain = text): Promise<string> =>
  new CompactEncrypt(Buffer.from(plain)).setProtectedHeader({ alg, enc }).encrypt(publicKey);
const decrypted = async (encData: string, key = privateKey): Promise<string | undefined> => {
  const bytes = await decryptMessage(encData, key, bytesMax);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
};

describe('a message to the platform', () => {
  it('is one field with a compact JWE that only the platform can read', async () => {
    const message = await encryptMessage(text, publicKey);
    const { encData } = z.strictObject({ encData: z.string() }).parse(JSON.parse(message));
    const { plaintext } = await compactDecrypt(encData, privateKey);

    expect(encData.split('.')).toHaveLength(5);
    expect(Buffer.from(encData.split('.')[0] ?? '', 'base64url').toString()).toBe(
      '{"alg":"RSA-OAEP-256","enc":"A128GCM"}',
    );
    expect(Buffer.from(plaintext).toString()).toBe(text);
  });

  it('differs each time, though it says the same', async () => {
    expect(await encryptMessage(text, publicKey)).not.toBe(await encryptMessage(text, publicKey));
  });
});

describe('a message of the platform', () => {
  it.each(['A128GCM', 'A256GCM'])('is read if its header says %s', async (enc) => {
    const encData = await encrypted(enc);

    expect(decodeProtectedHeader(encData).enc).toBe(enc);
    expect(await decrypted(encData)).toBe(text);
  });

  it('is not read under any other method', async () => {
    expect(await decrypted(await encrypted('A256CBC-HS512'))).toBeUndefined();
    expect(await decrypted(await encrypted('A128GCM', 'RSA-OAEP'))).toBeUndefined();
  });

  it('is not read with another key, changed, or cut off', async () => {
    const encData = await encrypted('A128GCM');
    const parts = encData.split('.');
    const changed = [...parts.slice(0, 3), Buffer.from('{"code":"forged"}').toString('base64url'), parts[4]].join('.');
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

    expect(await decrypted(encData, stranger)).toBeUndefined();
    expect(await decrypted(changed)).toBeUndefined();
    expect(await decrypted(encData.slice(0, -4))).toBeUndefined();
    expect(await decrypted('')).toBeUndefined();
  });

  it('is not read if it inflates beyond the bound', async () => {
    const bomb = await new CompactEncrypt(Buffer.alloc(100_000))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM', zip: 'DEF' })
      .encrypt(publicKey);

    expect(await decrypted(bomb)).toBeUndefined();
  });
});

describe('a key', () => {
  const publicTexts = (['spki', 'pkcs1'] as const).flatMap((type) => [
    publicKey.export({ type, format: 'pem' }).toString(),
    publicKey.export({ type, format: 'der' }).toString('base64'),
  ]);
  const privateTexts = (['pkcs8', 'pkcs1'] as const).flatMap((type) => [
    privateKey.export({ type, format: 'pem' }).toString(),
    privateKey.export({ type, format: 'der' }).toString('base64'),
  ]);

  it.each(publicTexts)('of the platform is read as PEM and as DER', (keyText) => {
    expect(readPublicKey(keyText)?.equals(publicKey)).toBe(true);
  });

  it.each(privateTexts)('of ours is read as PEM and as DER', (keyText) => {
    expect(readPrivateKey(keyText)?.equals(privateKey)).toBe(true);
  });

  it.each(['', 'nonsense', '-----BEGIN PUBLIC KEY-----', 'AAAA'])('is not made from %j', (keyText) => {
    expect(readPublicKey(keyText)).toBeUndefined();
    expect(readPrivateKey(keyText)).toBeUndefined();
  });
});
