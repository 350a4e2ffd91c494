import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { GuardedProcesses } from '../../process/guarded-processes.ts';
import type { TableSpec } from '../../template/stack.ts';

const portsTried = 5;

/** Starts the emulator: over the file, or in memory and empty. @returns its endpoint, when it answers. */
export async function startDynamodb(processes: GuardedProcesses, file?: string): Promise<string> {
  const kept = file === undefined ? [] : ['--db-path', file];
  const binary = join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  for (let tried = 0; tried < portsTried; tried += 1) {
    const port = await freePort();
    const emulator = processes.spawn(binary, ['--host', '127.0.0.1', '--port', String(port), ...kept], { env: {} });
    emulator.stdout.resume();
    const listening = new Promise<boolean>((resolve) => {
      createInterface({ input: emulator.stderr }).on('line', (line) => line.includes('listening on') && resolve(true));
      emulator.once('exit', () => resolve(false));
      emulator.once('error', () => resolve(false));
    });
    // Another program may have taken the port in between: then the emulator ends, and another port is tried.
    if (await listening) return `http://127.0.0.1:${port}`;
  }
  throw new Error(
    `The DynamoDB emulator ${binary} does not start. Where it cannot run, AWS_ENDPOINT_URL_DYNAMODB may point to another.`,
  );
}

/** Creates the tables as the template has them. @returns what removes them again. */
export async function createTables(
  tables: readonly TableSpec[],
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
): Promise<() => Promise<void>> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region, credentials });
  for (const { name, properties } of tables) {
    const { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes, TimeToLiveSpecification } =
      properties;
    const create = client.send(
      new CreateTableCommand({
        TableName: name,
        AttributeDefinitions,
        KeySchema,
        BillingMode,
        ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
      }),
    );
    await create.catch(unlessItStands);
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 1 }, { TableName: name });
    if (TimeToLiveSpecification !== undefined)
      await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
  return async () => {
    for (const { name } of tables) await client.send(new DeleteTableCommand({ TableName: name }));
    client.destroy();
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  return address.port;
}

/** What an earlier local cloud made is taken as it is. */
function unlessItStands(error: unknown): void {
  if (!(error instanceof ResourceInUseException)) throw error;
}
