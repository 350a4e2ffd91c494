import { parseJsonBytes, type ReadBody, readJsonBody } from './body.ts';
import { type NamedCardAnswer, readNamedCardAnswer } from './contract.ts';
import { decryptMessage } from './encryption.ts';
import { createRedactText } from './redacted-text.ts';
import type { Credentials } from './secret.ts';

/** What an answer says, or a short machine word for why it cannot be read. */
export type ReadAnswer = NamedCardAnswer | { readonly fault: string };

/**
 * Reads an answer's body, through its compression and, if it is `{"encData":…}`, through its encryption: KONA PLATE may
 * answer so even to a plain request. `bytesMax` bounds it at every layer.
 */
export async function readAnswer(
  body: Uint8Array,
  contentEncoding: string | undefined,
  credentials: Credentials,
  bytesMax: number,
): Promise<ReadAnswer> {
  const redactText = createRedactText(credentials);
  const read = (readBody: ReadBody): ReadAnswer =>
    readBody.fault === undefined
      ? (readNamedCardAnswer(readBody.json, redactText) ?? { fault: 'not_an_object' })
      : { fault: readBody.fault };

  const outer = read(await readJsonBody(body, contentEncoding, bytesMax));
  if ('fault' in outer || outer.encData === undefined) return outer;
  if (credentials.clientPrivateKey === undefined) return { fault: 'no_key_to_decrypt' };
  const plain = await decryptMessage(outer.encData, credentials.clientPrivateKey, bytesMax);
  return plain === undefined ? { fault: 'not_decryptable' } : read(parseJsonBytes(plain));
}
