import type { Grant } from '../iam/policy.ts';
import { readCopySource, type S3Request } from './request.ts';

const arnOf = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;

/** Every right that a request needs. An upload in parts has no action of its own, but for giving it up. */
export function neededFor({ operation, bucket, key, query, headers }: S3Request): Grant[] {
  const grant = (action: string): Grant => ({ action: `s3:${action}`, resource: arnOf(bucket, key) });
  switch (operation) {
    case 'HeadBucket':
    case 'ListObjectsV2':
      return [grant('ListBucket')];
    case 'GetObject':
    case 'HeadObject':
      return [grant(query.has('versionId') ? 'GetObjectVersion' : 'GetObject')];
    case 'PutObject':
    case 'CreateMultipartUpload':
    case 'UploadPart':
    case 'CompleteMultipartUpload':
      return [grant('PutObject')];
    case 'CopyObject': {
      const source = readCopySource(String(headers['x-amz-copy-source']));
      if (source === undefined) return [grant('PutObject')];
      const action = source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
      return [{ action, resource: arnOf(source.bucket, source.key) }, grant('PutObject')];
    }
    case 'AbortMultipartUpload':
    case 'DeleteObject':
      return [grant(operation)];
    default: {
      const unexpected: never = operation;
      return unexpected;
    }
  }
}

/** Who may not list a bucket is not told either that an object is not there. */
export const listingOf = (bucket: string): Grant => ({ action: 's3:ListBucket', resource: arnOf(bucket, '') });
