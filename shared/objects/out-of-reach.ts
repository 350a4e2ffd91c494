import { S3ServiceException } from '@aws-sdk/client-s3';
import type { UploadFailure } from '../limit-increase/upload.ts';

// What is wrong with an object itself, and no trying again will change. Anything else that S3 answers is a fault.

/** The object that was uploaded can no longer be read. */
export class ObjectOutOfReach extends Error {
  override readonly name = 'ObjectOutOfReach';
  readonly failure: UploadFailure;

  constructor(failure: UploadFailure) {
    super(failure.detail);
    this.failure = failure;
  }
}

const gone: UploadFailure = {
  reason: 'object_gone',
  detail: 'The object was deleted before it was read. Upload the file again.',
};
const forbidden: UploadFailure = {
  reason: 'object_forbidden',
  detail:
    'The object may not be read: it is gone, or it is encrypted with another key than the bucket’s, or a policy denies it. Upload the file again without an encryption of its own.',
};
const overwritten: UploadFailure = {
  reason: 'object_overwritten',
  detail: 'Another object was written under the same key before this one was read. That one is a request of its own.',
};
const encrypted: UploadFailure = {
  reason: 'object_encrypted',
  detail:
    'The object is encrypted with a key that only its uploader has. Upload the file again without an encryption of its own.',
};
const archived: UploadFailure = {
  reason: 'object_archived',
  detail: 'The object lies in an archive and cannot be read at once. Upload the file again in the class STANDARD.',
};

const failures = new Map<string, UploadFailure>([
  ['NoSuchKey', gone],
  ['NoSuchVersion', gone],
  // The version is a mark of deletion.
  ['MethodNotAllowed', gone],
  // S3 says so too of a key that is not there, to those who may not list the bucket.
  ['AccessDenied', forbidden],
  ['PreconditionFailed', overwritten],
  // What is asked for is well formed: S3 says this of an object whose own key (SSE-C) would have to come along.
  ['InvalidRequest', encrypted],
  ['InvalidObjectState', archived],
]);

/** What an error of S3 says against the object; undefined for a fault of any other kind. */
export const outOfReach = (error: unknown): ObjectOutOfReach | undefined => {
  const failure = error instanceof S3ServiceException ? failures.get(error.name) : undefined;
  return failure && new ObjectOutOfReach(failure);
};
