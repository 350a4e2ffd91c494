import { type Credentials, parseSecret } from '../../shared/kona/secret.ts';
import { KonaCheckError, textOf } from './kona-check-error.ts';

/** The secret of `--secret-file`: its text as the gateway's own credentials read it, and what it holds. */
export type SecretFile = { readonly text: string; readonly credentials: Credentials };

/** @throws KonaCheckError that names the fields at fault, never a value of theirs. */
export async function readSecretFile(
  path: string,
  read: (path: string) => Promise<string>,
  messageEncryption: boolean,
): Promise<SecretFile> {
  const text = await read(path).catch((error: unknown) => {
    throw new KonaCheckError([`--secret-file ${path}: cannot be read (${textOf(error)}); give the path of the file.`]);
  });
  const credentials = parsed(path, text);
  if (messageEncryption) {
    const lacking = (['cryptoKeyId', 'serverPublicKey', 'clientPrivateKey'] as const).filter(
      (key) => !credentials[key],
    );
    if (lacking.length > 0)
      throw new KonaCheckError([
        `--secret-file ${path}: lacks ${lacking.join(', ')}; add what KONA gave you, or leave --message-encryption out.`,
      ]);
  }
  return { text, credentials };
}

function parsed(path: string, text: string): Credentials {
  try {
    return parseSecret(text);
  } catch (error) {
    throw new KonaCheckError([`--secret-file ${path}: ${textOf(error)}; fix the file, its form is shown by --help.`]);
  }
}
