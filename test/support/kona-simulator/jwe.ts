import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';

/**
 * A compact JWE (RFC 7516) of the bytes, RSA-OAEP-256 with A128GCM, as KONA's page on message encryption has it.
 * Written from the RFC with nothing but node:crypto, so that it can find fault with a client's library.
 */
export function encryptToJwe(bytes: Buffer, publicKeyPem: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })).toString('base64url');
  const contentKey = randomBytes(16);
  const vector = randomBytes(12);
  const encryptedKey = publicEncrypt(
    { key: publicKeyPem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    contentKey,
  );
  const cipher = createCipheriv('aes-128-gcm', contentKey, vector);
  cipher.setAAD(Buffer.from(header, 'ascii'));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return [header, ...[encryptedKey, vector, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join(
    '.',
  );
}

/** Of the right form, and nobody has the key to it. */
export const sealedJwe = [
  Buffer.from(JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })).toString('base64url'),
  ...[256, 12, 64, 16].map((length) => Buffer.alloc(length, 7).toString('base64url')),
].join('.');
