import { Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { GatewaySettings } from '../shared/config/settings.ts';
import { removalOnceDeployed } from './removal.ts';

/** Where the functions find KONA's keys, and the key that decrypts them (absent: the account's own, which needs no grant). */
export type KonaSecret = { readonly arn: string; readonly keyArn?: string | undefined };

/**
 * The secret that the settings name, or a new one without any value: reading it fails clearly until the operator
 * fills it, and no deployment ever overwrites what stands in it. (The L2 construct would invent a random password.)
 */
export function createKonaSecret(scope: Construct, settings: GatewaySettings, key: IKey): KonaSecret {
  if (settings.konaSecretArn !== undefined) return { arn: settings.konaSecretArn, keyArn: settings.konaSecretKeyArn };
  const secret = new CfnSecret(scope, 'KonaSecret', {
    description:
      'KONA PLATE: {"aspId","accessKey","secretKey","cryptoKeyId"?,"serverPublicKey"?,"clientPrivateKey"?}, to be filled by the operator',
    kmsKeyId: key.keyArn,
  });
  secret.applyRemovalPolicy(removalOnceDeployed(settings.trial));
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason: 'KONA PLATE issues its keys by contract: nothing on this side can make a new one.',
  });
  return { arn: secret.ref, keyArn: key.keyArn };
}
