import { buildApp } from 'fauxqs';
// fauxqs offers its stores on disk through a server that listens on every address of the machine, and not apart.
import { PersistenceManager } from '../../../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js';

export type FilesEmulator = { readonly endpoint: string; readonly close: () => Promise<void> };

export type FilesEmulatorOptions = {
  readonly region: string;
  /** Where objects and messages are kept; absent: in memory. */
  readonly dataDirectory?: string | undefined;
};

/**
 * Starts S3 and SQS. It is built and opened apart, since fauxqs itself would listen on every address of the machine.
 */
export async function startFilesEmulator({ region, dataDirectory }: FilesEmulatorOptions): Promise<FilesEmulator> {
  const kept = dataDirectory === undefined ? undefined : storesOnDisk(dataDirectory);
  const app = buildApp({ logger: false, defaultRegion: region, ...(kept && { stores: kept.stores }) });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    endpoint,
    close: async () => {
      await app.close();
      kept?.close();
    },
  };
}

// What was kept is loaded before the stores know where to keep: loading must not write.
function storesOnDisk(directory: string) {
  const manager = new PersistenceManager(directory);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  manager.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const store of Object.values(stores)) store.persistence = manager;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = manager;
  return { stores, close: () => manager.close() };
}
