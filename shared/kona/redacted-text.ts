import type { Credentials } from './secret.ts';

// Texts of KONA PLATE are stored and logged as they came, with two exceptions: an error message may quote a key or a
// token of ours, and nothing bounds a text's length.

/** Code points, as the platform's page documents them. */
export const returnMessageLengthMax = 100;
/** The same of a code, and of a description or message. */
export const statusTextLengthMax = 200;

/** Secrets as short as this are in use. Redacting anything shorter would tear texts apart. */
const secretLengthMin = 6;

export type RedactText = (text: string) => string;

/** Takes our keys and tokens out of a text. */
export function createRedactText(credentials: Credentials): RedactText {
  const secrets = [credentials.accessKey, credentials.secretKey].filter((secret) => secret.length >= secretLengthMin);
  return (text) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text).replace(/KMV1:\d+:[0-9A-Za-z+/=]*/g, '***');
}

/** The first so many code points. Half a character, which no UTF-8 can hold, becomes U+FFFD. */
export const cutText = (text: string, lengthMax: number): string =>
  // A code point has at most two UTF-16 units: of a text of 1 MB only its beginning is split.
  [...text.slice(0, 2 * lengthMax)].slice(0, lengthMax).join('').toWellFormed();
