import { createHash } from 'node:crypto';
import type { References } from './intrinsics.ts';
import type { Template } from './template.ts';

// Names and ARNs as CloudFormation would give them. They stand for nothing outside: account, region and key are made up.

export type StackIdentity = {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  /** Twelve characters that differ from boot to boot, so that two stacks can share an emulator. */
  readonly suffix: string;
  /** Where the HTTP API listens. */
  readonly apiEndpoint: string;
  /** Where SQS is asked: the URL of a queue begins with it. */
  readonly sqsEndpoint: string;
};

type Names = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };
type Naming = (logicalId: string, stack: StackIdentity) => Names;

const namings: Readonly<Record<string, Naming>> = {
  'AWS::Lambda::Function': (id, stack) => {
    const ref = shortName(id, stack);
    return { ref, attributes: { Arn: arn(stack, 'lambda', `function:${ref}`) } };
  },
  'AWS::DynamoDB::Table': (id, stack) => {
    const ref = generatedName(id, stack);
    const tableArn = arn(stack, 'dynamodb', `table/${ref}`);
    return { ref, attributes: { Arn: tableArn, StreamArn: `${tableArn}/stream/2026-01-01T00:00:00.000` } };
  },
  'AWS::S3::Bucket': (id, stack) => {
    const ref = bucketName(id, stack);
    return { ref, attributes: { Arn: `arn:aws:s3:::${ref}` } };
  },
  'AWS::SQS::Queue': (id, stack) => {
    const name = generatedName(id, stack);
    return {
      ref: `${stack.sqsEndpoint}/${stack.account}/${name}`,
      attributes: { Arn: arn(stack, 'sqs', name), QueueName: name },
    };
  },
  'AWS::SecretsManager::Secret': (id, stack) => ({
    ref: arn(stack, 'secretsmanager', `secret:${id}-${stack.suffix}-${digest(id).slice(0, 6)}`),
    attributes: {},
  }),
  'AWS::Logs::LogGroup': (id, stack) => {
    const ref = generatedName(id, stack);
    return { ref, attributes: { Arn: `${arn(stack, 'logs', `log-group:${ref}`)}:*` } };
  },
  'AWS::KMS::Key': (id, stack) => {
    const ref = digest(id)
      .slice(0, 32)
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return { ref, attributes: { Arn: arn(stack, 'kms', `key/${ref}`), KeyId: ref } };
  },
  'AWS::IAM::Role': (id, stack) => {
    const ref = shortName(id, stack);
    return { ref, attributes: { Arn: `arn:aws:iam::${stack.account}:role/${ref}` } };
  },
  'AWS::Events::Rule': (id, stack) => {
    const ref = shortName(id, stack);
    return { ref, attributes: { Arn: arn(stack, 'events', `rule/${ref}`) } };
  },
  'AWS::ApiGatewayV2::Api': (id, stack) => ({
    ref: digest(id).slice(0, 10),
    attributes: { ApiEndpoint: stack.apiEndpoint },
  }),
  'AWS::ApiGatewayV2::Integration': (id) => ({ ref: digest(id).slice(0, 7), attributes: {} }),
  'AWS::ApiGatewayV2::Route': (id) => ({ ref: digest(id).slice(0, 7), attributes: {} }),
  'AWS::ApiGatewayV2::Stage': () => ({ ref: '$default', attributes: {} }),
};

/** The references of a template whose stack is `stack`: its resources by logical ID, and the pseudo parameters. */
export function referencesOf(template: Template, stack: StackIdentity): References {
  const namesOf = (id: string): Names | undefined => {
    const type = template.Resources[id]?.Type;
    return type === undefined ? undefined : namings[type]?.(id, stack);
  };
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::AccountId': stack.account,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.stackName,
    'AWS::StackId': arn(stack, 'cloudformation', `stack/${stack.stackName}/${stack.suffix}`),
  };
  return {
    ref: (name) => pseudo[name] ?? namesOf(name)?.ref,
    attribute: (id, attribute) => namesOf(id)?.attributes[attribute],
  };
}

function generatedName(id: string, { stackName, suffix }: StackIdentity): string {
  return `${stackName}-${id}-${suffix}`;
}

/** 64 characters are all that a function, a role or a rule may be called. */
function shortName(id: string, { stackName, suffix }: StackIdentity): string {
  return `${stackName.slice(0, 25)}-${id.slice(0, 25)}-${suffix}`;
}

/** 63 characters in lower case are all that a bucket may be called. */
function bucketName(id: string, { stackName, suffix }: StackIdentity): string {
  return `${stackName.slice(0, 25)}-${id.slice(0, 24)}-${suffix}`.toLowerCase();
}

function arn({ region, account }: StackIdentity, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
