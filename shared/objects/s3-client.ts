import { S3Client } from '@aws-sdk/client-s3';

/**
 * A client for the whole life of a process. Completing a large object may take S3 a minute, so its requests have two; a
 * socket on which nothing moves is given up after half a minute.
 */
export const createS3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 120_000,
      socketTimeout: 30_000,
      throwOnRequestTimeout: true,
    },
  });
