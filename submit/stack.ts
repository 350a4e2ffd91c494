import { S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from './signed-fetch.ts';

/** Where the gateway stands, and as whom it is spoken to. */
export type Stack = {
  readonly apiUrl: string;
  readonly uploadsBucket: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Of a stack that is not on AWS. */
  readonly s3Endpoint?: string | undefined;
};

export function createS3Client({ region, credentials, s3Endpoint }: Stack): S3Client {
  const elsewhere = s3Endpoint === undefined ? {} : { endpoint: s3Endpoint, forcePathStyle: true };
  return new S3Client({ region, credentials, ...elsewhere });
}
