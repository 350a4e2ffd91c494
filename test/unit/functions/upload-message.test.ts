import { describe, expect, it } from 'vitest';
import { createUploadMessageSchema } from '../../../functions/ingest-upload/upload-message.ts';
import { aRequestId } from '../../support/builders.ts';
import { s3Event } from './s3-event.ts';

const schema = createUploadMessageSchema('uploads');

describe('a message of the uploads queue', () => {
  it('tells which object was uploaded, in which version', () => {
    expect(schema.parse(s3Event('incoming/a.csv', { versionId: 'v1' }))).toEqual({
      objects: [{ bucket: 'uploads', key: 'incoming/a.csv', versionId: 'v1', eTag: 'abc', sequencer: '0055AED6' }],
    });
  });

  it.each([
    ['incoming/%EC%BD%94%EB%82%98+%EC%B9%B4%EB%93%9C.csv', 'incoming/코나 카드.csv'],
    ['incoming/a%2Bb%25c%26d.csv', 'incoming/a+b%c&d.csv'],
    ['incoming/../x.csv', 'incoming/../x.csv'],
    ['incoming/%2E%2E%2Fx.csv', 'incoming/../x.csv'],
    // failures: F059
  ])('names the object as a person does: %s is %s', (written, key) => {
    expect(schema.parse(s3Event(written))).toMatchObject({ objects: [{ key }] });
  });

  it('has no version that another object could take over', () => {
    for (const object of [{}, { versionId: 'null' }])
      expect(schema.parse(s3Event('incoming/a.csv', object))).toEqual({
        objects: [
          { bucket: 'uploads', key: 'incoming/a.csv', versionId: undefined, eTag: 'abc', sequencer: '0055AED6' },
        ],
      });
  });

  it('may be the bell of a request', () => {
    expect(schema.parse({ requestId: aRequestId })).toEqual({ requestId: aRequestId });
  });

  it.each([
    ['that the notification was set up', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'uploads' }],
    ['of a folder', s3Event('incoming/2026/')],
    ['of a deletion', { Records: [{ eventName: 'ObjectRemoved:Delete', s3: {} }] }],
    ['of nothing', { Records: [] }],
    // failures: F029
  ])('asks for nothing when it is word %s', (_, message) => {
    expect(schema.parse(message)).toEqual({ objects: [] });
  });

  it.each([
    ['of another bucket', s3Event('incoming/a.csv', {}, 'another')],
    ['of an object elsewhere', s3Event('reports/a.csv')],
    ['with a key that is not URL-encoded', s3Event('incoming/%ZZ.csv')],
    ['without an ETag', s3Event('incoming/a.csv', { eTag: '' })],
    ['with a request ID that is none', { requestId: 'incoming/a.csv' }],
    ['that is an array', []],
  ])('is refused when it is one %s', (_, message) => {
    expect(schema.safeParse(message).success).toBe(false);
  });
});
