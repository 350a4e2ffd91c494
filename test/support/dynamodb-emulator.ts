import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

// A real DynamoDB to the SDK: dynoxide in memory, in a process of its own. AWS_ENDPOINT_URL_DYNAMODB names another
// emulator instead, which is then neither started nor stopped.

type LedgerTable = { readonly client: DynamoDBDocumentClient; readonly tableName: string };

export type DynamoDbEmulator = {
  readonly endpoint: string;
  /** A fresh table with the ledger's keys and index, and a client of its own. */
  createTable(tableName?: string): Promise<LedgerTable>;
  stop(): Promise<void>;
};

export async function startDynamoDbEmulator(): Promise<DynamoDbEmulator> {
  const elsewhere = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  const started = elsewhere === undefined ? await startDynoxide() : undefined;
  const endpoint = started?.endpoint ?? elsewhere ?? '';
  const clients: DynamoDBClient[] = [];
  return {
    endpoint,
    async createTable(tableName = `ledger-${randomBytes(6).toString('hex')}`) {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const client = new DynamoDBClient({ endpoint, region: 'ap-northeast-2', credentials });
      clients.push(client);
      await client.send(new CreateTableCommand({ TableName: tableName, ...schema }));
      return { client: DynamoDBDocumentClient.from(client), tableName };
    },
    async stop() {
      for (const client of clients) client.destroy();
      if (started !== undefined) await stopProcess(started.child);
    },
  };
}

const schema: Omit<CreateTableCommandInput, 'TableName'> = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'openWork', AttributeType: 'S' },
    { AttributeName: 'dueAt', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'openWork',
      KeySchema: [
        { AttributeName: 'openWork', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

const binary = fileURLToPath(new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));

async function startDynoxide(): Promise<{ endpoint: string; child: ChildProcess }> {
  const said: string[] = [];
  // Between finding a port free and its being taken, another may take it.
  for (let tries = 0; tries < 3; tries += 1) {
    const port = await freePort();
    const child = spawn(binary, ['--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => child.kill());
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      if (!line.includes('listening')) continue;
      child.stderr.resume();
      return { endpoint: `http://127.0.0.1:${port}`, child };
    }
  }
  throw new Error(`The DynamoDB emulator did not start: ${said.join(' / ')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port.');
  return address.port;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}
