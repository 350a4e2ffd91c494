import { randomBytes } from 'node:crypto';
import type { BucketSpec } from '../../template/buckets.ts';
import type { Queues } from '../sqs/queues.ts';
import type { EventFaults } from './event-faults.ts';
import type { Version } from './objects.ts';

export type Creation = 'Put' | 'Copy' | 'CompleteMultipartUpload';

type Created = { readonly key: string; readonly version: Version; readonly by: Creation };

/** How S3 tells the queues of what was created. */
export type Notifications = {
  readonly announce: (bucket: BucketSpec, created: Created) => Promise<void>;
  /** What S3 sends to each queue when the bucket is made, to see whether it may. */
  readonly test: (bucket: BucketSpec) => Promise<void>;
};

type Deps = {
  readonly faults: EventFaults;
  readonly queues: Queues;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
};

export function createNotifications({ faults, queues, account, region, now }: Deps): Notifications {
  let sequence = 0;

  function eventOf(bucket: BucketSpec, { key, version, by }: Created, withVersion: boolean) {
    sequence = Math.max(sequence + 1, now());
    return {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventTime: new Date(version.at).toISOString(),
      eventName: eventNameOf(by),
      userIdentity: { principalId: `AWS:${account}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': randomId(8), 'x-amz-id-2': randomId(24) },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'local',
        bucket: { name: bucket.name, ownerIdentity: { principalId: account }, arn: bucket.arn },
        object: {
          key: encodeKey(key),
          size: version.bytes,
          eTag: version.etag.replaceAll('"', ''),
          ...(bucket.versioned && withVersion && { versionId: version.id }),
          sequencer: sequence.toString(16).toUpperCase().padStart(16, '0'),
        },
      },
    };
  }

  return {
    announce: async (bucket, created) => {
      const concerned = bucket.notifications.filter(({ prefix }) => created.key.startsWith(prefix));
      if (concerned.length === 0) return;
      const kind = faults.strike({ operation: eventNameOf(created.by), caller: undefined })?.kind;
      if (kind === 'lost') return;
      const body = JSON.stringify({ Records: [eventOf(bucket, created, kind !== 'without_version')] });
      for (const { queue } of concerned)
        for (let sent = 0; sent < (kind === 'twice' ? 2 : 1); sent += 1) await queues.send(queue, body);
    },
    test: async (bucket) => {
      const event = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: new Date(now()).toISOString() };
      const body = JSON.stringify({ ...event, Bucket: bucket.name, RequestId: randomId(8), HostId: randomId(24) });
      for (const { queue } of bucket.notifications) await queues.send(queue, body);
    },
  };
}

const eventNameOf = (by: Creation): string => `ObjectCreated:${by}`;

/** As S3 writes a key into an event: like a form, `+` for a blank, but for the slashes. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}

const randomId = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase();
