import { createHash, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { readPrivateKey, readPublicKey } from './encryption.ts';

/** What KONA's contract gives us to speak with. Lives in memory only: never in a log, an error or an environment variable. */
export type Credentials = {
  readonly aspId: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly cryptoKeyId?: string | undefined;
  readonly serverPublicKey?: KeyObject | undefined;
  readonly clientPrivateKey?: KeyObject | undefined;
};

/** Tells one access key from another without showing it: 12 hex digits of its SHA-256. */
export const keyIdOf = ({ accessKey }: Credentials): string =>
  createHash('sha256').update(accessKey).digest('hex').slice(0, 12);

/** The secret is not what it should be. Names the fields at fault, never a value of theirs. */
class MalformedSecret extends Error {
  override readonly name = 'MalformedSecret';
}

/** Header values: what cannot stand in a header must not be found out by the first call. */
const headerText = (length: string) =>
  z
    .string({ error: 'must be a string' })
    .trim()
    .regex(new RegExp(`^[\\x21-\\x7e]{${length}}$`), { error: `must have ${length} printable characters` });

/** Left empty counts as left out: a form that was filled in by hand has all its fields. */
const orAbsent = <T>(schema: z.ZodType<T, string>) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());

const rsaKey = (read: (text: string) => KeyObject | undefined) =>
  z.string({ error: 'must be a string' }).transform((text, context): KeyObject => {
    const key = read(text);
    if (key !== undefined) return key;
    context.addIssue({ code: 'custom', message: 'must be an RSA key of at least 2048 bits, as PEM or base64 DER' });
    return z.NEVER;
  });

const secretSchema = z.object({
  aspId: headerText('15'),
  accessKey: headerText('40'),
  // Six characters were seen in use: any minimum would be of our own invention.
  secretKey: z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' }),
  cryptoKeyId: orAbsent(headerText('1,32')),
  serverPublicKey: orAbsent(rsaKey(readPublicKey)),
  clientPrivateKey: orAbsent(rsaKey(readPrivateKey)),
});

/** Reads the secret's JSON text. Throws MalformedSecret. */
export function parseSecret(text: string): Credentials {
  const parsed = secretSchema.safeParse(parseJson(text), { reportInput: false });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'} ${issue.message}`);
  throw new MalformedSecret(`the secret of KONA PLATE is malformed: ${faults.join('; ')}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No cause: a SyntaxError of JSON.parse quotes the text, which is the secret.
    throw new MalformedSecret('the secret of KONA PLATE is not JSON');
  }
}
