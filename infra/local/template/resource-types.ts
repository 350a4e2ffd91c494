import * as z from 'zod';
import { policyDocumentSchema } from '../aws/iam/policy.ts';
import { fileTypes } from './file-types.ts';
import { onAwsOnly } from './on-aws-only.ts';

// Which resource types and properties the local cloud understands. All objects are strict: a property that nobody here
// thought of stops the boot, instead of being left out silently where AWS would heed it.

const table = z.strictObject({
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })).min(1),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.strictObject({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .default([]),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
  StreamSpecification: z.strictObject({ StreamViewType: z.literal('NEW_IMAGE') }).optional(),
  DeletionProtectionEnabled: onAwsOnly,
  PointInTimeRecoverySpecification: onAwsOnly,
  SSESpecification: onAwsOnly,
});

const lambda = z.strictObject({
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Handler: z.string().regex(/^[\w/-]+\.\w+$/),
  Runtime: z.literal('nodejs24.x'),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  /** In MB; CloudFormation's own defaults for this and the timeout. */
  MemorySize: z.number().int().default(128),
  /** In seconds. */
  Timeout: z.number().int().default(3),
  ReservedConcurrentExecutions: z.number().int().nonnegative().optional(),
  LoggingConfig: z.strictObject({ LogGroup: z.string() }),
  Role: z.string(),
  Description: onAwsOnly,
  Architectures: onAwsOnly,
  TracingConfig: onAwsOnly,
});

const eventInvokeConfig = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumEventAgeInSeconds: z.number().optional(),
  MaximumRetryAttempts: z.number().int().min(0).max(2).optional(),
});

const api = z.strictObject({ Name: z.string(), ProtocolType: z.literal('HTTP'), Description: onAwsOnly });

const stage = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default'),
  AutoDeploy: z.literal(true),
  DefaultRouteSettings: z
    .strictObject({ ThrottlingBurstLimit: z.number(), ThrottlingRateLimit: z.number() })
    .optional(),
  AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
});

const route = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.literal('AWS_IAM'),
  Target: z.string().startsWith('integrations/'),
});

const integration = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
});

const rule = z.strictObject({
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']),
  Targets: z.array(
    z.strictObject({
      Arn: z.string(),
      Id: z.string(),
      /** How often EventBridge would try to hand the event over: here the handing over cannot fail. */
      RetryPolicy: onAwsOnly,
    }),
  ),
  Description: onAwsOnly,
});

const secret = z.strictObject({ Description: onAwsOnly, KmsKeyId: onAwsOnly });

const policy = z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocumentSchema });

/** No managed policies: what they grant does not stand in the template. */
const role = z.strictObject({
  AssumeRolePolicyDocument: z.strictObject({
    Version: z.literal('2012-10-17'),
    Statement: z.tuple([
      z.strictObject({
        Effect: z.literal('Allow'),
        Action: z.literal('sts:AssumeRole'),
        Principal: z.strictObject({ Service: z.literal('lambda.amazonaws.com') }),
      }),
    ]),
  }),
  Policies: z.array(policy).default([]),
  Description: onAwsOnly,
});

const attachedPolicy = z.strictObject({ ...policy.shape, Roles: z.array(z.string()).min(1) });

export const understoodTypes = {
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': attachedPolicy,
  'AWS::Lambda::Function': lambda,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Integration': integration,
  'AWS::Events::Rule': rule,
  'AWS::SecretsManager::Secret': secret,
  ...fileTypes,
} as const;

export type UnderstoodType = keyof typeof understoodTypes;
export type PropertiesOf<T extends UnderstoodType> = z.output<(typeof understoodTypes)[T]>;

/** Keys, logs, alarms and a dashboard: nothing runs differently here for the lack of them. */
export const typesWithoutLocalMeaning: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
]);
