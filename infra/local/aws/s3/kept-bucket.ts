import * as z from 'zod';
import { type JournalFile, noJournal, openJournalFile } from '../../process/journal-file.ts';
import type { Creation } from './notifications.ts';
import { createObjects, type Objects, type Version } from './objects.ts';

// What a bucket holds, and what is begun in it, over the end of the local cloud. The bytes are the emulator's to keep.

const kept = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]).optional());
const version = z.object({
  ...{ id: z.string(), deleted: z.boolean(), etag: z.string(), bytes: z.number(), at: z.number() },
  kept,
});
const upload = z.object({ key: z.string(), id: z.string(), kept });
const lineSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('version'), key: z.string(), version }),
  /** To be told of; once it was, the next kind of line says so. */
  z.object({ what: z.literal('created'), id: z.string(), by: z.enum(['Put', 'Copy', 'CompleteMultipartUpload']) }),
  z.object({ what: z.literal('told'), id: z.string() }),
  z.object({ what: z.literal('upload'), uploadId: z.string(), upload }),
  z.object({ what: z.literal('upload_over'), uploadId: z.string() }),
]);
type Line = z.infer<typeof lineSchema>;

/** What of an upload in parts is known before it is complete. */
type Upload = z.infer<typeof upload>;

export type Uploads = {
  readonly get: (uploadId: string) => Upload | undefined;
  readonly set: (uploadId: string, upload: Upload) => void;
  readonly delete: (uploadId: string) => void;
};

/** A version that nobody was told of yet. */
type Untold = { readonly key: string; readonly version: Version; readonly by: Creation };

export type KeptBucket = {
  readonly objects: Objects;
  readonly uploads: Uploads;
  /** A version that was added and is to be told of; answers what notes that it was. */
  readonly created: (id: string, by: Creation) => () => void;
  /** Of the local cloud before this one, which ended before it had told of them. */
  readonly untold: readonly Untold[];
};

/** @param file where it is kept; absent: as long as this process lives. */
export function openKeptBucket(versioned: boolean, file: string | undefined): KeptBucket {
  const journal: JournalFile<Line> = file === undefined ? noJournal : openJournalFile(file, lineSchema);
  const objects = createObjects(versioned);
  const uploads = new Map<string, Upload>();
  const untold = new Map<string, Creation>();
  const whole: { readonly key: string; readonly version: Version }[] = [];
  for (const line of journal.lines) replay(line);

  function replay(line: Line): void {
    switch (line.what) {
      case 'version':
        objects.add(line.key, line.version);
        whole.push(line);
        return;
      case 'created':
        return void untold.set(line.id, line.by);
      case 'told':
        return void untold.delete(line.id);
      case 'upload':
        return void uploads.set(line.uploadId, line.upload);
      case 'upload_over':
        return void uploads.delete(line.uploadId);
      default:
        line satisfies never;
    }
  }

  return {
    objects: {
      ...objects,
      add: (key, added) => {
        journal.append({ what: 'version', key, version: lineSchema.options[0].shape.version.parse(added) });
        return objects.add(key, added);
      },
    },
    uploads: {
      get: (uploadId) => uploads.get(uploadId),
      set: (uploadId, begun) => {
        journal.append({ what: 'upload', uploadId, upload: begun });
        uploads.set(uploadId, begun);
      },
      delete: (uploadId) => {
        journal.append({ what: 'upload_over', uploadId });
        uploads.delete(uploadId);
      },
    },
    created: (id, by) => {
      journal.append({ what: 'created', id, by });
      return () => journal.append({ what: 'told', id });
    },
    untold: whole.flatMap(({ key, version: added }) => {
      const by = untold.get(added.id);
      return by === undefined ? [] : [{ key, version: added, by }];
    }),
  };
}
