import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../cloud.ts';
import type { AwsEndpoints } from '../lambda/environment.ts';
import type { GuardedProcesses } from '../process/guarded-processes.ts';
import type { LateServer } from '../process/late-server.ts';
import { listenOnLoopback } from '../process/loopback-server.ts';
import type { Teardown } from '../process/teardown.ts';
import type { StackSpec, TableSpec } from '../template/stack.ts';
import { createBackend } from './backend.ts';
import { createDynamodbDoor } from './dynamodb/door.ts';
import { createTables, startDynamodb } from './dynamodb/emulator.ts';
import { createFaults } from './dynamodb/faults.ts';
import { createTableStream, type TableStream } from './dynamodb/stream.ts';
import { type BusEvent, createEventBus, type EventBus } from './event-bus-door.ts';
import { startFilesEmulator } from './files-emulator.ts';
import type { Authority } from './iam/authority.ts';
import { createBlobs } from './s3/blobs.ts';
import { createBucket } from './s3/bucket.ts';
import { createS3Door } from './s3/door.ts';
import { createEventFaults } from './s3/event-faults.ts';
import { createS3Faults } from './s3/faults.ts';
import { createNotifications } from './s3/notifications.ts';
import { createSecrets, type Secrets } from './secrets-door.ts';
import { createSqsDoor } from './sqs/door.ts';
import { createSqsFaults } from './sqs/faults.ts';
import { createQueues, type Queues } from './sqs/queues.ts';

export type AwsDoors = {
  /** What the functions are told. */
  readonly endpoints: AwsEndpoints;
  readonly dynamodbEmulator: string;
  readonly faults: Pick<LocalCloud, 'dynamodbFaults' | 's3Faults' | 'eventFaults' | 'sqsFaults' | 'eventBusFaults'>;
  readonly secrets: Secrets;
  readonly queues: Queues;
  readonly streams: ReadonlyMap<TableSpec, TableStream>;
  readonly events: EventBus['events'];
};

type Site = {
  readonly stack: StackSpec;
  readonly authority: Authority;
  readonly processes: GuardedProcesses;
  readonly teardown: Teardown;
  /** Where all that services keep is kept; absent: in memory. */
  readonly dataDirectory: string | undefined;
  /** An emulator of the developer's own. */
  readonly ownDynamodb: string | undefined;
  /** The template speaks of its address. */
  readonly sqsServer: LateServer;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
  /** Hears of each event that the bus took. */
  readonly eventTaken: (event: BusEvent) => void;
};

/** The AWS services that the functions call, each behind a door that knows who calls and what that one may do. */
export async function openAwsDoors(site: Site): Promise<AwsDoors> {
  const { stack, authority, teardown, now } = site;
  const { dynamodb, dynamodbEmulator, dynamodbFaults, streams } = await openDynamodb(site);
  const secrets = createSecrets({ secrets: stack.secrets, authority, now });
  const secretsServer = await listenOnLoopback(secrets.door);
  teardown.add(secretsServer.close);
  const emulator = await startFilesEmulator({ region: site.region, dataDirectory: site.dataDirectory });
  teardown.add(emulator.close);
  const { queues, sqs, sqsFaults } = await openSqs(site, emulator.endpoint);
  const { s3, s3Faults, eventFaults } = await openS3(site, emulator.endpoint, queues);
  const { account, region, eventTaken: taken } = site;
  const eventBus = createEventBus({ authority, account, region, now, taken });
  const eventBusServer = await listenOnLoopback(eventBus.door);
  teardown.add(eventBusServer.close);
  const endpoints = { dynamodb, secretsManager: secretsServer.url, s3, sqs, eventBridge: eventBusServer.url };
  const faults = { dynamodbFaults, s3Faults, eventFaults, sqsFaults, eventBusFaults: eventBus.faults };
  return { endpoints, dynamodbEmulator, faults, secrets, queues, streams, events: eventBus.events };
}

async function openDynamodb(site: Site) {
  const { stack, authority, processes, teardown, ownDynamodb, dataDirectory, account, region, now } = site;
  const file = dataDirectory && join(dataDirectory, 'dynamodb.db');
  const dynamodbEmulator = ownDynamodb ?? (await startDynamodb(processes, file));
  const removeTables = await createTables(stack.tables, { endpoint: dynamodbEmulator, region });
  if (ownDynamodb !== undefined) teardown.add(removeTables);
  const backend = createBackend(dynamodbEmulator);
  teardown.add(backend.close);
  const faults = createFaults();
  const tableArn = (name: string) =>
    name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: dynamodbEmulator, region, credentials });
  teardown.add(async () => client.destroy());
  const streams = new Map(stack.tables.map((table) => [table, createTableStream({ table, client, now })]));
  for (const stream of streams.values()) teardown.add(stream.close);
  const written = (operation: string, body: Buffer) => {
    for (const stream of streams.values()) stream.written(operation, body);
  };
  const server = await listenOnLoopback(createDynamodbDoor({ backend, authority, faults, tableArn, written }));
  teardown.add(server.close);
  return { dynamodb: server.url, dynamodbEmulator, dynamodbFaults: faults, streams };
}

async function openSqs({ stack, authority, teardown, sqsServer, account, region }: Site, emulator: string) {
  const queues = await createQueues({ specs: stack.queues, endpoint: emulator, region });
  teardown.add(queues.close);
  const backend = createBackend(emulator);
  teardown.add(backend.close);
  const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
  const sqs = sqsServer.url;
  const faults = createSqsFaults();
  sqsServer.answerWith(
    createSqsDoor({ backend, authority, faults, queues, specs: stack.queues, queueArn, endpoint: sqs, account }),
  );
  return { queues, sqs, sqsFaults: faults };
}

async function openS3(site: Site, emulator: string, queues: Queues) {
  const { stack, authority, teardown, dataDirectory, account, region, now } = site;
  const blobs = createBlobs(emulator);
  teardown.add(blobs.close);
  const eventFaults = createEventFaults();
  const notifications = createNotifications({ faults: eventFaults, queues, account, region, now });
  const buckets = [];
  for (const spec of stack.buckets) {
    const file = dataDirectory && join(dataDirectory, `s3-${spec.name}.jsonl`);
    buckets.push(await createBucket({ spec, blobs, notifications, file, now }));
  }
  const faults = createS3Faults();
  const server = await listenOnLoopback(createS3Door({ authority, faults, eventFaults, buckets }));
  teardown.add(server.close);
  return { s3: server.url, s3Faults: faults, eventFaults };
}
