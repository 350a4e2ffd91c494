import { CopyObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BucketCloud, startBucketCloud } from './bucket-cloud.ts';

let s3: BucketCloud;
let Bucket = '';
beforeAll(async () => {
  s3 = await startBucketCloud();
  Bucket = s3.uploads;
});
afterAll(() => s3.close());

const put = (Key: string, Body: string) =>
  s3.outsider.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/csv', Metadata: { who: 'me' } }));
const copyAs = (client: BucketCloud['worker'], from: string, Key: string, more: object = {}) =>
  client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}`, ...more }));
const copy = (from: string, key: string, more?: object) => copyAs(s3.outsider, from, key, more);
const get = async (Key: string) => {
  const { ContentType, Metadata, Body } = await s3.outsider.send(new GetObjectCommand({ Bucket, Key }));
  return [ContentType, Metadata, await Body?.transformToString()];
};

it('needs the right to read what is copied, that very version of it, and to write the copy', async () => {
  const { VersionId = '' } = await put('incoming/one', 'one');
  await copyAs(s3.worker, `incoming/one?versionId=${VersionId}`, 'reports/one');
  expect(s3.cloud.usedGrants().map(({ action }) => action)).toEqual(['s3:GetObjectVersion', 's3:PutObject']);
  await copyAs(s3.worker, 'incoming/one', 'reports/one');
  expect(s3.cloud.usedGrants().map(({ action }) => action)).toContain('s3:GetObject');
  for (const [from, to] of [
    ['reports/one', 'reports/two'],
    ['incoming/one', 'incoming/two'],
  ] as const)
    await expect(copyAs(s3.worker, from, to)).rejects.toMatchObject({ name: 'AccessDenied' });
});

describe('a copy', () => {
  it('has what was told of the object, or what is told of the copy', async () => {
    await put('from here', 'copied');
    await copy('from%20here', 'to');
    expect(await get('to')).toEqual(['text/csv', { who: 'me' }, 'copied']);
    await copy('from%20here', 'told', {
      MetadataDirective: 'REPLACE',
      ContentType: 'text/plain',
      Metadata: { who: 'you' },
    });
    expect(await get('told')).toEqual(['text/plain', { who: 'you' }, 'copied']);
  });

  it('finds its source however much of its name is encoded', async () => {
    await put('50% of/all+cards', 'found');
    for (const [index, CopySource] of [
      encodeURIComponent(`${Bucket}/50% of/all+cards`),
      `/${Bucket}/${encodeURIComponent('50% of/all+cards')}`,
      `${Bucket}/50%25%20of/all%2Bcards`,
    ].entries()) {
      await copy('', `found-${index}`, { CopySource });
      expect((await get(`found-${index}`))[2]).toBe('found');
    }
  });

  it('is of the version that is asked for, and of the latest without', async () => {
    const { VersionId: one = '' } = await put('versions', 'one');
    const { VersionId: two } = await put('versions', 'two');
    const { CopySourceVersionId, VersionId } = await copy(`versions?versionId=${one}`, 'of-one');
    expect([CopySourceVersionId, VersionId]).toEqual([one, expect.not.stringContaining(one)]);
    expect((await get('of-one'))[2]).toBe('one');
    expect(await copy('versions', 'of-two')).toMatchObject({ CopySourceVersionId: two });
    expect((await get('of-two'))[2]).toBe('two');
  });

  it('does not come to be of what is not there, or where one is, if so asked', async () => {
    await put('here', 'x');
    await expect(copy('missing', 'to')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(copy('here?versionId=missing', 'to')).rejects.toMatchObject({ name: 'NoSuchVersion' });
    const elsewhere = { CopySource: 'no-such-bucket/here' };
    await expect(copy('', 'to', elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(copy('here', 'here', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});
