import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { nothingNoted } from '../../shared/limit-increase/platform-state.ts';
import { developer, type Gateway } from './gateway.ts';

/** Notes in the ledger that the circuit was open for a minute and is closed again: a process sees it when it next reads. */
export async function endOutageIn({ cloud }: Gateway): Promise<void> {
  const { dynamodbEndpoint: endpoint, region, tableName } = cloud;
  const client = new DynamoDBClient({ endpoint, region, credentials: developer });
  const at = Date.now();
  const document = DynamoDBDocumentClient.from(client);
  const ledger = createLedger({ client: document, tableName, clock: () => at });
  const { version, openTotalMs } = await ledger.readPlatformState();
  const closed = { ...nothingNoted, version: version + 1, openTotalMs: openTotalMs + 60_000, recoveredAt: at };
  if ((await ledger.writePlatformState(closed)) === 'stands') throw new Error('a process wrote meanwhile');
  client.destroy();
}
