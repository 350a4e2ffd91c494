import type { OutgoingHttpHeaders } from 'node:http';

/** One version of an object, or the marker that it was deleted. */
export type Version = {
  /** Its version ID, and what the emulator keeps its bytes under. */
  readonly id: string;
  readonly deleted: boolean;
  /** In quotes, as HTTP has it. */
  readonly etag: string;
  readonly bytes: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Content-Type, x-amz-meta-… and the like. */
  readonly kept: OutgoingHttpHeaders;
};

/** What a bucket holds: of each key its versions, of a bucket without versioning the latest alone. */
export type Objects = {
  /** Unless it is deleted. */
  readonly current: (key: string) => Version | undefined;
  readonly isDeleted: (key: string) => boolean;
  readonly version: (key: string, id: string) => Version | undefined;
  /** Answers what it takes the place of, if that is not kept. */
  readonly add: (key: string, version: Version) => Version | undefined;
  /** In the order of their UTF-8, deleted ones left out. */
  readonly list: (prefix: string) => readonly { readonly key: string; readonly version: Version }[];
};

export function createObjects(versioned: boolean): Objects {
  const versions = new Map<string, Version[]>();
  const latest = (key: string) => versions.get(key)?.at(-1);
  const current = (key: string) => {
    const version = latest(key);
    return version?.deleted === true ? undefined : version;
  };
  return {
    current,
    isDeleted: (key) => latest(key)?.deleted === true,
    version: (key, id) => versions.get(key)?.find((one) => one.id === id && !one.deleted),
    add: (key, version) => {
      const before = versions.get(key) ?? [];
      if (versioned) versions.set(key, [...before, version]);
      else if (version.deleted) versions.delete(key);
      else versions.set(key, [version]);
      return versioned ? undefined : before.at(-1);
    },
    list: (prefix) =>
      [...versions.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ key, bytes: Buffer.from(key) }))
        .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
        .flatMap(({ key }) => {
          const version = current(key);
          return version === undefined ? [] : [{ key, version }];
        }),
  };
}
