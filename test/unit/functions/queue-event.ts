/** What Lambda sends for messages of a queue: each body a text, or a value to be written as JSON. */
export const queueEvent = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `059f36b4-87a3-44ab-83d2-66197${String(index + 1).padStart(7, '0')}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '2',
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1545082649185',
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-northeast-2:123456789012:uploads',
    awsRegion: 'ap-northeast-2',
  })),
});

/** The answer that keeps the n-th messages of such an event, counted from 1. */
export const kept = (...numbers: readonly number[]) => ({
  batchItemFailures: numbers.map((n) => ({
    itemIdentifier: `059f36b4-87a3-44ab-83d2-66197${String(n).padStart(7, '0')}`,
  })),
});
