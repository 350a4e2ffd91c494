import { expect, it } from 'vitest';
import { loadRedriveConfig } from '../../shared/config/environment.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

const { template, functionNamed } = synthesize({ konaBaseUrl: 'https://kona.example' });
const redrive = functionNamed('redrive');

const actionsOn = (part: RegExp): string[] =>
  redrive.statements
    .filter(({ Resource }) => part.test(JSON.stringify(Resource)))
    .flatMap(({ Action }) => Action)
    .sort();

it('lets a redrive read and write the ledger and ring for chunks, and do nothing else', () => {
  expect(actionsOn(/^\{"Fn::GetAtt":\["Ledger\w+","Arn"\]\}$/)).toEqual([
    'dynamodb:BatchWriteItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ]);
  expect(actionsOn(/"ChunksQueue/)).toEqual(['sqs:SendMessage']);
  expect(actionsOn(/"(Uploads|Reports)Queue|Secret|Bucket/)).toEqual([]);
  // Those of the ledger and its key, of the queue, of the logs, and of X-Ray.
  expect(redrive.statements).toHaveLength(5);
});

it('tells it where its chunks are rung for, and nothing of KONA PLATE', () => {
  const [queue] = resourcesOf(template)
    .filter(({ Type, logicalId }) => Type === 'AWS::SQS::Queue' && /^ChunksQueue(?!Dead)/.test(logicalId))
    .map(({ logicalId }) => logicalId);
  expect(loadRedriveConfig(redrive.env)).toMatchObject({ chunksQueueUrl: queue });
  expect(Object.keys(redrive.env).filter((name) => name.startsWith('KONA'))).toEqual([]);
});
