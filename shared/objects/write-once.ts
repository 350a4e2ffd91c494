import { Readable } from 'node:stream';
import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

type NewObject = { readonly key: string; readonly contentType: string };

/** Pieces of a text; bytes are UTF-8. */
export type Text = AsyncIterable<string | Uint8Array>;

/** `stands`: an object with this key was there already, or came first; it is left as it is. */
export type WriteOnce = (object: NewObject, text: Text) => Promise<'written' | 'stands'>;

const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;

/**
 * Writes a text as an object, in UTF-8 and in parts as it comes, unless there is one under its key. The object appears
 * whole or not at all: if the text breaks off with an error, that is thrown on.
 */
export function createWriteOnce(client: S3Client, bucket: string): WriteOnce {
  return async ({ key, contentType }, text) => {
    const params = { Bucket: bucket, Key: key, ContentType: contentType, Body: bytesOf(text), IfNoneMatch: '*' };
    try {
      // What is left of one that broke off, or that came second, the bucket drops within days.
      await new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce, leavePartsOnError: true }).done();
      return 'written';
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return 'stands';
      throw error;
    }
  };
}

function bytesOf(text: Text): Readable {
  async function* encoded() {
    for await (const piece of text) if (piece.length > 0) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
  return Readable.from(encoded());
}
