import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

// Message encryption: each side encrypts for the other's RSA key. Requests go out with A128GCM; answers come with
// A128GCM or A256GCM, as their own header says.

/** RFC 7518 forbids RSA-OAEP below it, and `jose` would refuse the key at each call. */
const rsaBitsMin = 2048;

/** The text that is signed and sent instead of the plain one: `{"encData":"<compact JWE>"}`. */
export async function encryptMessage(plainText: string, serverPublicKey: KeyObject): Promise<string> {
  const encData = await new CompactEncrypt(new TextEncoder().encode(plainText))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })
    .encrypt(serverPublicKey);
  return JSON.stringify({ encData });
}

/** The plain bytes of an answer's `encData`; undefined if it cannot be decrypted with this key, or grows beyond `bytesMax`. */
export async function decryptMessage(
  encData: string,
  clientPrivateKey: KeyObject,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  try {
    const { plaintext } = await compactDecrypt(encData, clientPrivateKey, {
      keyManagementAlgorithms: ['RSA-OAEP-256'],
      contentEncryptionAlgorithms: ['A128GCM', 'A256GCM'],
      maxDecompressedLength: bytesMax,
    });
    return plaintext;
  } catch {
    // Whatever is wrong with it, it comes from outside and means the same: an answer that cannot be read.
    return undefined;
  }
}

/** From PEM, or base64 of DER (SPKI or PKCS #1); undefined if it is no RSA key of at least 2048 bits. */
export function readPublicKey(text: string): KeyObject | undefined {
  return firstRsaKey(
    isPem(text)
      ? [() => createPublicKey(text)]
      : (['spki', 'pkcs1'] as const).map((type) => () => createPublicKey({ key: der(text), format: 'der', type })),
  );
}

/** From PEM, or base64 of DER (PKCS #8 or PKCS #1); undefined if it is no RSA key of at least 2048 bits. */
export function readPrivateKey(text: string): KeyObject | undefined {
  return firstRsaKey(
    isPem(text)
      ? [() => createPrivateKey(text)]
      : (['pkcs8', 'pkcs1'] as const).map((type) => () => createPrivateKey({ key: der(text), format: 'der', type })),
  );
}

const isPem = (text: string): boolean => text.trimStart().startsWith('-----BEGIN ');
const der = (text: string): Buffer => Buffer.from(text, 'base64');

function firstRsaKey(readings: readonly (() => KeyObject)[]): KeyObject | undefined {
  for (const read of readings) {
    const key = attempt(read);
    if (key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin) return key;
  }
  return undefined;
}

/** OpenSSL tells by throwing that bytes are not the kind of key that was asked for. */
function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
