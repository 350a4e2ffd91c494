import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { BucketSpec } from '../../template/buckets.ts';
import type { Blobs } from './blobs.ts';
import { openKeptBucket, type Uploads } from './kept-bucket.ts';
import type { Creation, Notifications } from './notifications.ts';
import type { Objects } from './objects.ts';

/** A bucket: what it holds here, and the bytes of it in the emulator. */
export type Bucket = {
  readonly spec: BucketSpec;
  readonly objects: Objects;
  readonly blobs: Blobs;
  /** By upload ID. */
  readonly uploads: Uploads;
  readonly mintId: () => string;
  readonly now: () => number;
  /**
   * What was stored under `id` is the object from now on, and told of. `exists`: there is one already, and it was to be
   * made only if there is none.
   */
  readonly add: (
    created: Created,
  ) => Promise<{ readonly etag: string; readonly headers: OutgoingHttpHeaders } | 'exists'>;
};

type Created = {
  readonly key: string;
  readonly id: string;
  readonly kept: OutgoingHttpHeaders;
  readonly by: Creation;
  readonly onlyIfNew: boolean;
};

export type BucketDeps = {
  readonly spec: BucketSpec;
  readonly blobs: Blobs;
  readonly notifications: Notifications;
  /** Where it is kept what the bucket holds; absent: as long as the local cloud lives. */
  readonly file?: string | undefined;
  readonly now: () => number;
};

/** Creates it in the emulator too. */
export async function createBucket({ spec, blobs, notifications, file, now }: BucketDeps): Promise<Bucket> {
  const { objects, uploads, created, untold } = openKeptBucket(spec.versioned, file);
  const inEmulator = (method: string, id: string) => blobs.send({ method, bucket: spec.name, id });
  await inEmulator('PUT', '');
  await notifications.test(spec);
  for (const { version, ...one } of untold) {
    await notifications.announce(spec, { ...one, version });
    created(version.id, one.by)();
  }
  return {
    spec,
    objects,
    blobs,
    uploads,
    // As long as S3's own.
    mintId: () => randomBytes(24).toString('base64url'),
    now,
    add: async ({ key, id, kept, by, onlyIfNew }) => {
      const { headers: told } = await inEmulator('HEAD', id);
      // No other request comes between this look and the next line but one.
      if (onlyIfNew && objects.current(key) !== undefined) {
        await inEmulator('DELETE', id);
        return 'exists';
      }
      const etag = told.etag ?? '';
      const version = { id, deleted: false, etag, bytes: Number(told['content-length']), at: now(), kept };
      const noteTold = created(id, by);
      const replaced = objects.add(key, version);
      if (replaced !== undefined) await inEmulator('DELETE', replaced.id);
      await notifications.announce(spec, { key, version, by });
      noteTold();
      return { etag, headers: versionHeader(spec, id) };
    },
  };
}

export const versionHeader = ({ versioned }: BucketSpec, id: string): OutgoingHttpHeaders =>
  versioned ? { 'x-amz-version-id': id } : {};
