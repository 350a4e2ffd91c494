import { expect, it } from 'vitest';
import { isFor } from '../../../infra/local/aws/iam/policy.ts';
import { readReadmePolicies } from '../../../infra/local/aws/iam/readme-policies.ts';
import { readCallers } from '../../../infra/local/http-api/principals.ts';
import { account, region } from './function-specs.ts';

const values = { account, region, apiId: 'a1b2', uploadsBucket: 'files' };
const api = `arn:aws:execute-api:${region}:${account}:a1b2`;

it('takes the policies from README.md, with what the stack has for each placeholder', async () => {
  const policies = await readReadmePolicies(values);
  expect(policies.get('order')).toContainEqual({
    action: 'execute-api:Invoke',
    resource: `${api}/*/POST/v1/limit-increases`,
  });
  expect(policies.get('upload')).toEqual(
    ['s3:PutObject', 's3:AbortMultipartUpload'].map((action) => ({
      action,
      resource: 'arn:aws:s3:::files/incoming/*',
    })),
  );
});

it('grants nothing of what stands under a condition: no door looks at conditions', async () => {
  const policies = await readReadmePolicies(values);
  const actions = [...policies.values()].flat().map(({ action }) => action);
  expect(actions.filter((action) => action.startsWith('kms:') || action === 's3:ListBucket')).toEqual([]);
});

it('gives one caller what it takes to order and submit, the other what it takes to order', async () => {
  const granted = (await readCallers(values)).map(({ name, grants }) => [
    name,
    [...new Set(grants.map(({ action }) => action))].sort(),
  ]);
  expect(Object.fromEntries(granted)).toEqual({
    caller: ['execute-api:Invoke', 's3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    'other-caller': ['execute-api:Invoke'],
  });
});

it.each([
  [`${api}/*/GET/v1/cards/*`, `${api}/$default/GET/v1/cards/Q1/x`, true],
  [`${api}/*/GET/v1/cards/*`, `${api}/$default/GET/v1/cards`, false],
  [`${api}/*/POST/v1/limit-increases`, `${api}/$default/POST/v1/limit-increases/x`, false],
  ['arn:aws:s3:::a.b/incoming/*', 'arn:aws:s3:::aXb/incoming/x', false],
  ['arn:aws:s3:::a.b/incoming/*', 'arn:aws:s3:::a.b/incoming/two\nlines', true],
  ['arn:aws:sqs:r:1:bell', 'arn:aws:sqs:r:1:bell-2', false],
])('takes the grant on %s for one on %s: %s', (resource, asked, granted) => {
  expect(isFor({ action: 'x:Y', resource }, asked)).toBe(granted);
});
