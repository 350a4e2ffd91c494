import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { TableSpec } from '../../template/stack.ts';
import { type Attributes, touchedBy } from './changed-keys.ts';

// The stream of a table, made of what passes its door: the emulator's own makes its writes slower the more of them there
// were. A change is told once its write was taken, with the item as it then is: of two writes in quick succession the second
// may be told twice. AWS keeps a change for a day, the local cloud as long as it runs.

export type Change = {
  readonly sequenceNumber: string;
  readonly keys: Attributes;
  /** Absent: the item was deleted. */
  readonly newImage?: Attributes | undefined;
  /** In milliseconds since 1970. */
  readonly at: number;
};

/** Who follows a stream: he is asked by the key alone whether he wants to hear more. */
type Follower = {
  readonly wants: (keys: Attributes) => boolean;
  readonly hear: (change: Change) => void;
};

export type TableStream = {
  /** A write that was taken. */
  readonly written: (operation: string, body: Buffer) => void;
  /** @returns what ends it. */
  readonly follow: (follower: Follower) => () => void;
  readonly close: () => Promise<void>;
};

export type TableStreamDeps = {
  readonly table: TableSpec;
  /** Of the emulator itself. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly now: () => number;
};

export function createTableStream({ table, client, now }: TableStreamDeps): TableStream {
  const followers = new Set<Follower>();
  const keyNames = table.properties.KeySchema.map(({ AttributeName }) => AttributeName);
  let sequence = 0n;
  let telling = Promise.resolve();

  // Nobody waits for it; changes are told one after the other all the same.
  function written(operation: string, body: Buffer): void {
    if (followers.size === 0 || table.properties.StreamSpecification === undefined) return;
    telling = telling.then(() => tell(operation, body));
  }

  async function tell(operation: string, body: Buffer): Promise<void> {
    for (const { tableName, attributes } of touchedBy(operation, JSON.parse(body.toString('utf8')))) {
      if (tableName !== table.name) continue;
      const keys = Object.fromEntries(keyNames.map((name) => [name, attributes[name]]));
      const wanted = [...followers].filter(({ wants }) => wants(keys));
      if (wanted.length === 0) continue;
      const newImage = await imageOf(keys);
      sequence += 1n;
      const change = { sequenceNumber: sequence.toString().padStart(21, '0'), keys, newImage, at: now() };
      for (const { hear } of wanted) hear(change);
    }
  }

  async function imageOf(keys: Attributes): Promise<Attributes | undefined> {
    // As it came through the door: the SDK's type for a key is the JSON's shape.
    const Key = keys as never;
    const { Item } = await client.send(new GetItemCommand({ TableName: table.name, Key, ConsistentRead: true }));
    return Item;
  }

  return {
    written,
    follow: (follower) => {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    close: () => {
      followers.clear();
      return telling;
    },
  };
}
