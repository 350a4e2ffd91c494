import type { Instant } from '../../shared/limit-increase/terms.ts';
import type { UploadedObject } from '../../shared/limit-increase/upload.ts';
import type { UploadMessage } from './upload-message.ts';

export type IngestUploadDeps = {
  /** A file that was uploaded: becomes a request, and its cards chunks. */
  readonly receive: (object: UploadedObject, deadline: Instant) => Promise<unknown>;
  /** The file of a request that is being received already. */
  readonly readOn: (requestId: string, deadline: Instant) => Promise<unknown>;
};

/** Reads the files of which a message tells, one after the other. Each may be told of again: the ledger knows how far it came. */
export function createIngestUpload({ receive, readOn }: IngestUploadDeps) {
  return async (message: UploadMessage, deadline: Instant): Promise<void> => {
    if ('requestId' in message) await readOn(message.requestId, deadline);
    else for (const object of message.objects) await receive(object, deadline);
  };
}
