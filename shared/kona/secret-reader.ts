import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { ReadSecret } from './credentials.ts';

/** Bounds that leave a call of ten seconds time to go on with an older secret while Secrets Manager is silent. */
const bounds: SecretsManagerClientConfig = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};

/** Reads the secret's text from AWS Secrets Manager by its name or ARN. Throws what the SDK throws. */
export function createSecretReader(
  secretId: string,
  client: SecretsManagerClient = new SecretsManagerClient(bounds),
): ReadSecret {
  return async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    // A binary secret has no text: empty text is refused by the parser with a name.
    return SecretString ?? '';
  };
}
