/** What S3 sends when an object was uploaded. `key` is written as S3 writes it: URL-encoded, a plus for a space. */
export const s3Event = (key: string, object: Readonly<Record<string, unknown>> = {}, bucket = 'uploads') => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'ap-northeast-2',
      eventTime: '2026-11-22T01:15:00.000Z',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AIDAJDPLRKLG7UEXAMPLE' },
      requestParameters: { sourceIPAddress: '192.0.2.1' },
      responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'uploads',
        bucket: { name: bucket, ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: `arn:aws:s3:::${bucket}` },
        object: { key, size: 1024, eTag: 'abc', sequencer: '0055AED6', ...object },
      },
    },
  ],
});
