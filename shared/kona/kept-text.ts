import type { Credentials } from './secret.ts';

// KONA's words are kept as they came, but for two things: an error message likes to quote what it did not accept, and
// nothing bounds its length.

/** UTF-16 units. Far above the 100 characters that KONA documents for its messages. */
const keptMax = 500;

/** Secrets as short as this were seen in use. To cut out anything shorter would tear the text to pieces for nothing. */
const secretLengthMin = 6;

/** Takes our own keys and tokens out of a text, then cuts it to what the ledger can hold. */
export function createTextKeeper(credentials: Credentials): (text: string) => string {
  const secrets = [credentials.accessKey, credentials.secretKey].filter((secret) => secret.length >= secretLengthMin);
  return (text) =>
    secrets
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
      .replace(/KMV1:\d+:[0-9A-Za-z+/=]*/g, '***')
      .slice(0, keptMax)
      // A character cut in two becomes U+FFFD.
      .toWellFormed();
}
