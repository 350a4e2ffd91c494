import type { UploadFailure } from '../limit-increase/upload.ts';

/** The file cannot be read, whoever tries: thrown where it is found, and turned into a value before it leaves this folder. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly failure: UploadFailure;

  constructor(reason: string, detail: string) {
    super(detail);
    this.failure = { reason, detail };
  }
}
