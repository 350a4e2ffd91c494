import { Duration, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { alarmsOfStack } from './constructs/gateway-alarm.ts';
import { removal } from './removal.ts';
import { type KeyedService, throughService } from './through-service.ts';

export type CustomerKeyProps = {
  readonly trial: boolean;
  /** Whether alarms are sent through a topic that this key encrypts. */
  readonly encryptsAlarms: boolean;
};

/** One key of our own for all that rests: table, files, secret, logs, alarms on their way. Who may decrypt is then one question. */
export function createCustomerKey(scope: Construct, { trial, encryptsAlarms }: CustomerKeyProps): Key {
  return new Key(scope, 'CustomerKey', {
    description: 'Kona Corporate Limit Gateway: ledger, files, secret and logs',
    enableKeyRotation: true,
    removalPolicy: removal(trial),
    policy: new PolicyDocument({
      statements: [
        administration(),
        useThrough('dynamodb'),
        grantsOfTheTable(),
        useThrough('secretsmanager'),
        useThrough('s3'),
        useByLogs(Stack.of(scope)),
        ...(encryptsAlarms ? [useByAlarms(scope)] : []),
      ],
    }),
    ...(trial && { pendingWindow: Duration.days(7) }),
  });
}

/**
 * Nobody of the account can be locked out of the key, and nobody can use it past the services below, whatever their own
 * policies allow. Left out on purpose: encrypting, decrypting, and CreateGrant, which would hand both to anyone.
 */
function administration(): PolicyStatement {
  return new PolicyStatement({
    sid: 'AdministeredByTheAccount',
    principals: [new AccountRootPrincipal()],
    actions: [
      'kms:CancelKeyDeletion',
      'kms:CreateAlias',
      'kms:DeleteAlias',
      'kms:Describe*',
      'kms:Disable*',
      'kms:Enable*',
      'kms:Get*',
      'kms:List*',
      'kms:PutKeyPolicy',
      'kms:RetireGrant',
      'kms:RevokeGrant',
      'kms:RotateKeyOnDemand',
      'kms:ScheduleKeyDeletion',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:UpdateAlias',
      'kms:UpdateKeyDescription',
    ],
    resources: ['*'],
  });
}

/** Whoever of this account the service acts for, and whose own policies allow it too. */
function useThrough(service: KeyedService): PolicyStatement {
  return new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: ['*'],
    conditions: throughService(service),
  });
}

/** Whoever creates the table lets DynamoDB go on with the key by itself: backups, restores and TTL have no caller. */
function grantsOfTheTable(): PolicyStatement {
  return new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: ['kms:CreateGrant'],
    resources: ['*'],
    conditions: { ...throughService('dynamodb'), Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  });
}

/** CloudWatch Logs acts as itself, not as the function that writes: the key knows it, for log groups of this stack only. */
function useByLogs({ partition, region, account, stackName }: Stack): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: ['*'],
    conditions: {
      // The groups have no names of their own: CloudFormation begins theirs with the stack's.
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${stackName}-*`,
      },
    },
  });
}

/** An alarm's message is encrypted in the name of CloudWatch: without this it is lost, and only the alarm's history says so. */
function useByAlarms(scope: Construct): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: alarmsOfStack(scope),
  });
}
