import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

// What else only a deployment would reveal, of every stack that the settings make.

const konaBaseUrl = 'https://kona.example';
const functionNames = [
  'request-limit-increase',
  'query-ledger',
  'reconcile',
  'ingest-upload',
  'settle-chunk',
  'write-report',
  'redrive',
  'announce-settled',
];
const konaSecretArn = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:kona/plate-AbCdEf';
const konaSecretKeyArn = 'arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d';
const alarmEmail = 'on-call@corp.example';
const everyOption = { fixedEgressIp: true, alarmEmail, konaSecretArn, konaSecretKeyArn };
const stacks = {
  'in earnest': {},
  trial: { trial: true },
  'fixed address': { fixedEgressIp: true },
  'alarms and a secret of its own': { alarmEmail, konaSecretArn },
  'in earnest, with every option': everyOption,
  'trial, with every option': { ...everyOption, trial: true },
};

const suppressed = z.object({
  acknowledgedId: z.string(),
  reason: z.string().min(30),
  violatingConstructs: z.array(z.object({ constructPath: z.string() })),
});
const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      conclusion: z.string(),
      violations: z.array(z.unknown()),
      suppressedViolations: z.array(suppressed).default([]),
    }),
  ),
});

function reportsOf(context: object) {
  const { assembly } = synthesize({ konaBaseUrl, ...context });
  return reportSchema.parse(JSON.parse(readFileSync(join(assembly, 'validation-report.json'), 'utf8'))).pluginReports;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(Object.entries(stacks))('a stack %s', (_, context) => {
  it('breaks no rule of AWS Solutions and Serverless, not as a warning either, that is not suppressed', () => {
    expect(reportsOf(context)).toMatchObject([
      { pluginName: 'AwsSolutions', conclusion: 'success', violations: [] },
      { pluginName: 'Serverless', conclusion: 'success', violations: [] },
    ]);
  });

  it('uses nothing that is deprecated, and leaves CDK nothing to warn of', () => {
    vi.stubEnv('JSII_DEPRECATED', 'fail');
    const { stack } = synthesize({ konaBaseUrl, ...context });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it("stays far below CloudFormation's limits: 500 resources, 1 MB", () => {
    const { assembly, template } = synthesize({ konaBaseUrl, ...context });
    expect(resourcesOf(template).length).toBeLessThan(250);
    const [file = ''] = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
    expect(statSync(join(assembly, file)).size).toBeLessThan(250_000);
  });
});

it('lists every suppression in one table, so that none is added unseen', async () => {
  const rows = Object.values(stacks)
    .flatMap(reportsOf)
    .flatMap(({ suppressedViolations }) => suppressedViolations)
    .flatMap(({ acknowledgedId, violatingConstructs, reason }) => {
      const rule = acknowledgedId.split('::').slice(1).join('::');
      return violatingConstructs.map(({ constructPath }) => {
        const resource = constructPath.replace(/^KonaCorporateLimitGateway(Trial)?\//, '').replace(/\/Resource$/, '');
        return `| \`${rule}\` | \`${resource}\` | ${reason} |`;
      });
    });
  const page = `# Rules that are suppressed

\`cdk synth\` holds the stack to the rule packs AwsSolutions and Serverless of cdk-nag, and fails where one is broken. These are the
exceptions, each on one resource, over all settings. A test writes this page and fails when it differs: \`npm run vitest -- test/infra -u\`
renews it, and a reviewer sees what was added. How the stack stands to PCI DSS is told in [PCI-DSS.md](PCI-DSS.md).

| rule | on | why |
| --- | --- | --- |
${[...new Set(rows)].sort().join('\n')}
`;
  await expect(page).toMatchFileSnapshot('../../infra/CDK-NAG.md');
});

// A logical ID is what CloudFormation knows a resource by. Renamed, it is another resource: the ledger, the key and the
// logs would begin anew and empty, and the API would move to another address under its callers.
it('keeps the resources that hold something, and the address of the API, whatever is renamed around them', () => {
  const { template } = synthesize({ konaBaseUrl, fixedEgressIp: true, alarmEmail });
  const holding =
    /DynamoDB::Table|KMS::Key|SecretsManager::Secret|Logs::LogGroup|ApiGatewayV2::Api|EC2::EIP|S3::Bucket$|SQS::Queue$/;
  const held = resourcesOf(template).filter(({ Type }) => holding.test(Type));
  expect(held.map(({ logicalId }) => logicalId).sort()).toEqual([
    'AnnounceSettledLogs46A37603',
    'ChunksQueueBC472499',
    'ChunksQueueDeadLetters7A37511E',
    'CustomerKey844A1305',
    'EgressIp',
    'EgressNetworkFlowLogsB0017CAE',
    'HttpApiAccessLog37FAD39B',
    'HttpApiF5A9A8A7',
    'IngestUploadLogsCDBAE511',
    'KonaSecret',
    'LedgerB7379752',
    'QueryLedgerLogs11486021',
    'ReconcileLogsDE13217A',
    'RedriveLogs2926F170',
    'ReportsQueueC1CC02BB',
    'ReportsQueueDeadLetters658F5187',
    'RequestLimitIncreaseLogs2B8E2E71',
    'SettleChunkLogs44576055',
    'SettledEventsDeadLetters3693E2D1',
    'Uploads4F6EB0FD',
    'UploadsQueue60B0DF55',
    'UploadsQueueDeadLetters589C2B05',
    'WriteReportLogsD6F88101',
  ]);
});

it('names no table, key, bucket, queue, log group, function or role itself: CloudFormation could not replace it', () => {
  const { template } = synthesize({ konaBaseUrl, fixedEgressIp: true, alarmEmail });
  const naming = [
    'TableName',
    'LogGroupName',
    'FunctionName',
    'RoleName',
    'TopicName',
    'BucketName',
    'QueueName',
    'Name',
  ];
  const named = resourcesOf(template)
    .filter(({ Type }) =>
      /DynamoDB|Logs::|Lambda::Function|IAM::Role|SNS::Topic$|Secret|EIP|S3::Bucket$|SQS::Queue$/.test(Type),
    )
    .filter(({ Properties }) => naming.some((name) => name in Properties));
  expect(named).toEqual([]);
});

it('puts no secret into an environment: only where it is to be read', () => {
  const { functionNamed } = synthesize({ konaBaseUrl });
  const names = functionNames.flatMap((name) => Object.keys(functionNamed(name).env));
  const secret = names.filter((name) => /SECRET|KEY|TOKEN|PASSWORD/.test(name));
  expect(secret).toEqual(['KONA_SECRET_ID', 'KONA_SECRET_ID', 'KONA_SECRET_ID']);
});

it('creates every log group before the function that writes to it', () => {
  const { template, functionNamed } = synthesize({ konaBaseUrl });
  const groups = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  for (const name of functionNames) {
    expect(groups).toContain(functionNamed(name).logGroupId);
    // The role that may write there comes first too: its policy is part of it, not attached to it afterwards.
    expect(functionNamed(name).statements.flatMap(({ Action }) => Action)).not.toContain('logs:CreateLogGroup');
  }
});
