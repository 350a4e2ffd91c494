import assert from 'node:assert/strict';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { UploadedObject } from '../limit-increase/upload.ts';
import { outOfReach } from './out-of-reach.ts';

export type OpenObject = (object: UploadedObject) => Promise<AsyncIterable<Uint8Array>>;

/** S3 hangs up on a reader that is slow; a long file may meet that more than once. */
const resumptionsMax = 5;

const bytesSchema = z.custom<AsyncIterable<Uint8Array>>(
  (body) => typeof body === 'object' && body !== null && Symbol.asyncIterator in body,
  'must be a stream',
);

/**
 * Opens an object's bytes: always those of the version that was uploaded, or of its ETag where there are no versions.
 * A stream that breaks off is gone on with at its next byte.
 *
 * @throws ObjectOutOfReach, when it is opened or while it is read, if the object is gone, forbidden or another one.
 */
export function createOpenObject(client: S3Client): OpenObject {
  return async (object) => readOn(object, await open(object, 0));

  async function* readOn(object: UploadedObject, opened: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = opened;
    let offset = 0;
    for (let resumptions = 0; ; resumptions += 1) {
      try {
        for await (const chunk of bytes) {
          offset += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        if (resumptions === resumptionsMax) throw error;
      }
      bytes = await open(object, offset);
    }
  }

  async function open({ bucket, key, versionId, eTag }: UploadedObject, offset: number) {
    const which = versionId === undefined ? { IfMatch: `"${eTag}"` } : { VersionId: versionId };
    const range = offset === 0 ? {} : { Range: `bytes=${offset}-` };
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...which, ...range }));
      assert(Body !== undefined, 'S3 answers an object with its bytes');
      return bytesSchema.parse(Body);
    } catch (error) {
      throw outOfReach(error) ?? error;
    }
  }
}
