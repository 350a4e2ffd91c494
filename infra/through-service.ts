import { Aws } from 'aws-cdk-lib';

/**
 * The condition that KMS is asked by a service in somebody's name, here and for this account, never by them directly.
 * KMS names services with `amazonaws.com` in every partition.
 */
export function throughService(service: 'dynamodb' | 'secretsmanager') {
  return {
    StringEquals: {
      'kms:CallerAccount': Aws.ACCOUNT_ID,
      'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com`,
    },
  };
}
