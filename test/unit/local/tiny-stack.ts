import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A cloud assembly written by hand, of the shape that CDK leaves behind, with functions of a few lines: so that the
// local cloud is tested apart from the gateway.

export type TinyFunction = {
  /** The text of index.mjs. */
  readonly code: string;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
};

export type TinyStack = {
  /** By logical ID, such as EchoFunction. */
  readonly functions: Readonly<Record<string, TinyFunction>>;
  /** Route key → logical ID. */
  readonly routes?: Readonly<Record<string, string>> | undefined;
  readonly resources?: Readonly<Record<string, unknown>> | undefined;
  /** Beside the table's name and the secret's ID. */
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  /** What the role of all its functions may do; absent: nothing. */
  readonly statements?: readonly unknown[] | undefined;
};

/** @returns the directory of the assembly. Whoever asks removes it. */
export async function writeTinyAssembly(stack: TinyStack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tiny-stack-'));
  const files: Record<string, unknown> = {};
  for (const [id, { code }] of Object.entries(stack.functions)) {
    await mkdir(join(directory, `asset.${id}`));
    await writeFile(join(directory, `asset.${id}`, 'index.mjs'), code);
    files[id] = {
      source: { path: `asset.${id}`, packaging: 'zip' },
      destinations: { here: { objectKey: `${id}.zip` } },
    };
  }
  const write = (file: string, content: unknown) => writeFile(join(directory, file), JSON.stringify(content));
  await write('tiny.assets.json', { files });
  await write('tiny.template.json', {
    Resources: { ...resourcesOf(stack), ...stack.resources },
    Outputs: { ...outputs, ...outputsOf(stack) },
  });
  await write('manifest.json', {
    artifacts: {
      assets: { type: 'cdk:asset-manifest', properties: { file: 'tiny.assets.json' } },
      Tiny: { type: 'aws:cloudformation:stack', properties: { templateFile: 'tiny.template.json' } },
    },
  });
  return directory;
}

const outputs = { tableName: { Value: { Ref: 'Table' } }, secretId: { Value: { Ref: 'Secret' } } };

const outputsOf = ({ outputs: more = {} }: TinyStack) =>
  Object.fromEntries(Object.entries(more).map(([name, Value]) => [name, { Value }]));

function resourcesOf({ functions, routes = {}, statements = [] }: TinyStack): Record<string, unknown> {
  const resource = (Type: string, Properties: object) => ({ Type, Properties });
  const key = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
  const resources: Record<string, unknown> = {
    Key: resource('AWS::KMS::Key', { KeyPolicy: {} }),
    Table: resource('AWS::DynamoDB::Table', {
      AttributeDefinitions: ['pk', 'sk', 'openWork', 'dueAt'].map(key),
      KeySchema: keySchema('pk', 'sk'),
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'openWork',
          KeySchema: keySchema('openWork', 'dueAt'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: { SSEEnabled: true, KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    }),
    Secret: resource('AWS::SecretsManager::Secret', {}),
    Api: resource('AWS::ApiGatewayV2::Api', { Name: 'tiny', ProtocolType: 'HTTP' }),
    Stage: resource('AWS::ApiGatewayV2::Stage', {
      ApiId: { Ref: 'Api' },
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': ['Logs', 'Arn'] },
        Format: '$context.routeKey $context.status',
      },
    }),
    Logs: resource('AWS::Logs::LogGroup', {}),
    Role: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: documentOf([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ]),
      Policies: [{ PolicyName: 'Work', PolicyDocument: documentOf(statements) }],
    }),
  };
  for (const [id, { properties }] of Object.entries(functions))
    resources[id] = resource('AWS::Lambda::Function', {
      Code: { S3Bucket: { 'Fn::Join': ['-', ['assets', { Ref: 'AWS::AccountId' }]] }, S3Key: `${id}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      LoggingConfig: { LogGroup: { Ref: 'Logs' } },
      Timeout: 10,
      ...properties,
    });
  for (const [index, [RouteKey, id]] of Object.entries(routes).entries()) {
    resources[`Integration${index}`] = resource('AWS::ApiGatewayV2::Integration', {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': [id, 'Arn'] },
      PayloadFormatVersion: '2.0',
    });
    resources[`Route${index}`] = resource('AWS::ApiGatewayV2::Route', {
      ApiId: { Ref: 'Api' },
      RouteKey,
      AuthorizationType: 'AWS_IAM',
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: `Integration${index}` }]] },
    });
  }
  return resources;
}

const documentOf = (Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });

function keySchema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
}
