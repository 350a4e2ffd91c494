import { Aws } from 'aws-cdk-lib';

/** The services that ask for the key in somebody's name. */
export type KeyedService = 'dynamodb' | 's3' | 'secretsmanager';

/**
 * The condition that KMS is asked by a service in somebody's name, here and for this account, never by them directly.
 * KMS names services with `amazonaws.com` in every partition.
 */
export function throughService(service: KeyedService) {
  return {
    StringEquals: {
      'kms:CallerAccount': Aws.ACCOUNT_ID,
      'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com`,
    },
  };
}
