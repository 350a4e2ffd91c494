import type { UploadReading } from '../limit-increase/upload.ts';
import { Unreadable } from './unreadable.ts';

/** An uploaded object: every opening gives the same bytes from the first on. */
export type UploadFile = {
  readonly key: string;
  open(): Promise<AsyncIterable<Uint8Array>>;
};

export type UploadFormat = Pick<UploadReading, 'format' | 'compressed'>;

/** What the file says it is, by the end of its name. @throws Unreadable */
export function formatOf(key: string): UploadFormat {
  const [, format, gz] = /\.(csv|jsonl)(\.gz)?$/i.exec(key) ?? [];
  if (format === undefined)
    throw new Unreadable(
      'unknown_type',
      'The name must end in .csv or .jsonl, or in .csv.gz or .jsonl.gz if it is compressed.',
    );
  return { format: format.toLowerCase() === 'csv' ? 'csv' : 'jsonl', compressed: gz !== undefined };
}
