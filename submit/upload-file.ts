import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const partBytes = 8 * 1_024 * 1_024;

export type FileUpload = {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly body: Readable | Uint8Array;
  readonly onSent?: ((bytesSent: number) => void) | undefined;
  /** When it aborts, so does the upload: what was sent is thrown away. */
  readonly signal?: AbortSignal | undefined;
};

/** Uploads in parts of 8 MiB, four at a time; a smaller file goes in one. There is an object only when all is there. */
export async function uploadFile({ s3, bucket, key, body, onSent, signal }: FileUpload): Promise<void> {
  const abortController = new AbortController();
  const upload = new Upload({
    client: s3,
    params: { Bucket: bucket, Key: key, Body: body },
    partSize: partBytes,
    abortController,
  });
  upload.on('httpUploadProgress', ({ loaded = 0 }) => onSent?.(loaded));
  const abort = () => abortController.abort();
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    await upload.done();
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
