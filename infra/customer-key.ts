import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removal } from './removal.ts';

/** One key of our own for all that rests: table, secret, logs. Who may decrypt is then one question. */
export function createCustomerKey(scope: Construct, { trial }: { readonly trial: boolean }): Key {
  const { partition, region, account } = Stack.of(scope);
  const key = new Key(scope, 'CustomerKey', {
    description: 'Kona Corporate Limit Gateway: ledger, secret and logs',
    enableKeyRotation: true,
    removalPolicy: removal(trial),
    ...(trial && { pendingWindow: Duration.days(7) }),
  });
  // CloudWatch Logs acts as itself, not as the function that writes: the key must know it, for this account's groups only.
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:DescribeKey',
      ],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
  return key;
}
