import { createHash } from 'node:crypto';
import { requestIdOf } from './order.ts';
import type { Retention } from './retention.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { UploadedObject } from './upload.ts';

const dryRunPrefix = 'incoming/dry-run/';

/** The request that a file becomes. Its ID comes from the object alone, so that the same event twice is one request. */
export function requestOfUpload(object: UploadedObject, now: Instant, retention: Retention): LimitIncreaseRequest {
  const identity = identityOf(object);
  return {
    requestId: requestIdOf('upload', identity),
    ...{ status: 'receiving', source: 'upload', createdAt: now, updatedAt: now, cardsTotal: 0, chunksTotal: 0 },
    expiresAt: retention(now),
    fingerprint: `v1:${createHash('sha256').update(identity).digest('hex')}`,
    upload: {
      object,
      dryRun: object.key.startsWith(dryRunPrefix),
      readings: 0,
      progress: { rowsRead: 0, rowsRejected: 0, rowsRepeated: 0 },
      chunksWritten: 0,
      edition: 1,
    },
  };
}

// As a JSON array: no two objects are written alike, for those with a version have one part less.
const identityOf = ({ bucket, key, versionId, eTag, sequencer }: UploadedObject): string =>
  JSON.stringify(versionId === undefined ? [bucket, key, eTag, sequencer ?? null] : [bucket, key, versionId]);
