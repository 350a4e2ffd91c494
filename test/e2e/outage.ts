import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { developer, type Gateway } from './gateway.ts';

/** Notes in the ledger that the platform was down for a minute and answers again: a process sees it when it next reads. */
export async function endOutageIn({ cloud }: Gateway): Promise<void> {
  const { dynamodbEndpoint: endpoint, region, tableName } = cloud;
  const client = new DynamoDBClient({ endpoint, region, credentials: developer });
  const at = Date.now();
  const document = DynamoDBDocumentClient.from(client);
  const ledger = createLedger({ client: document, tableName, clock: () => at });
  const since = at - 60_000;
  await ledger.declareDown({ reason: 'no_answer', since, nextProbeAt: since + 15_000 });
  await ledger.declareUp({ since, at });
  client.destroy();
}
