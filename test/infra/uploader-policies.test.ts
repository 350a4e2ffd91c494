import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { policiesIn } from '../../infra/local/aws/iam/readme-policies.ts';
import { incomingPrefix, reportsPrefix } from '../../infra/uploads-bucket.ts';
import { synthesize } from './synthesis.ts';

// The policies that README.md gives to those who upload files, held against the stack.

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [, section = ''] = readme.split('\n## Who may upload\n');
const [whoMayUpload = ''] = section.split('\n## ');

const policies = policiesIn(whoMayUpload);

it('lets one upload, one read reports and one send dead letters again, every action spelled out', () => {
  const actions = policies.map(({ name, statements }) => [name, statements.flatMap(({ Action }) => Action)]);
  expect(Object.fromEntries(actions)).toEqual({
    upload: ['s3:PutObject', 's3:AbortMultipartUpload', 'kms:Decrypt', 'kms:GenerateDataKey'],
    reports: ['s3:GetObject', 's3:ListBucket', 'kms:Decrypt'],
    redrive: [
      'sqs:StartMessageMoveTask',
      'sqs:ListMessageMoveTasks',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:SendMessage',
    ],
  });
});

it('keeps uploaders to what comes in, and readers to what goes out', () => {
  const objects = policies.flatMap(({ name, statements }) =>
    statements.flatMap(({ Resource }) => Resource.filter((one) => one.includes('/*')).map((one) => [name, one])),
  );
  expect(objects.filter(([, arn = '']) => arn.startsWith('arn:aws:s3'))).toEqual([
    ['upload', `arn:aws:s3:::<uploadsBucket>/${incomingPrefix}*`],
    ['reports', `arn:aws:s3:::<uploadsBucket>/${reportsPrefix}*`],
  ]);
});

it('lends the key through S3 for this bucket only', () => {
  const statements = policies.flatMap((one) => one.statements);
  const ofTheKey = statements.filter(({ Action }) => Action.some((action) => action.startsWith('kms:')));
  expect(ofTheKey.map(({ Condition }) => Condition)).toEqual(
    ofTheKey.map(() => ({
      StringEquals: {
        'kms:ViaService': 's3.<region>.amazonaws.com',
        'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::<uploadsBucket>',
      },
    })),
  );
});

it('leaves nothing to be filled in that the deployment does not tell', () => {
  const { template } = synthesize({ konaBaseUrl: 'https://kona.example' });
  const told = ['region', 'account', ...Object.keys(template.findOutputs('*'))];
  const asked = whoMayUpload.match(/(?<=<)[^>]+(?=>)/g) ?? [];
  expect([...new Set(asked)].filter((name) => !told.includes(name))).toEqual([]);
});
