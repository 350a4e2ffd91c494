import type { AwsEndpoints } from '../lambda/environment.ts';
import type { GuardedProcesses } from '../process/guarded-processes.ts';
import { listenOnLoopback } from '../process/loopback-server.ts';
import type { Teardown } from '../process/teardown.ts';
import type { StackSpec } from '../template/stack.ts';
import { createBackend } from './dynamodb/backend.ts';
import { createDynamodbDoor } from './dynamodb/door.ts';
import { createTables, startDynamodb } from './dynamodb/emulator.ts';
import { createFaults, type FaultControls } from './dynamodb/faults.ts';
import type { Authority } from './iam/authority.ts';
import { createSecrets, type Secrets } from './secrets-door.ts';

export type AwsDoors = {
  /** What the functions are told. */
  readonly endpoints: AwsEndpoints;
  readonly dynamodbEmulator: string;
  readonly faults: FaultControls;
  readonly secrets: Secrets;
};

type Site = {
  readonly stack: StackSpec;
  readonly authority: Authority;
  readonly processes: GuardedProcesses;
  readonly teardown: Teardown;
  /** An emulator of the developer's own. */
  readonly ownDynamodb: string | undefined;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
};

/** The AWS services that the functions call, each behind a door that knows who calls and what that one may do. */
export async function openAwsDoors(site: Site): Promise<AwsDoors> {
  const { stack, authority, processes, teardown, ownDynamodb, account, region, now } = site;
  const dynamodbEmulator = ownDynamodb ?? (await startDynamodb(processes));
  const removeTables = await createTables(stack.tables, { endpoint: dynamodbEmulator, region });
  if (ownDynamodb !== undefined) teardown.add(removeTables);
  const backend = createBackend(dynamodbEmulator);
  teardown.add(backend.close);
  const faults = createFaults();
  const tableArn = (name: string) =>
    name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const dynamodbServer = await listenOnLoopback(createDynamodbDoor({ backend, authority, faults, tableArn }));
  teardown.add(dynamodbServer.close);

  const secrets = createSecrets({ secrets: stack.secrets, authority, now });
  const secretsServer = await listenOnLoopback(secrets.door);
  teardown.add(secretsServer.close);
  const endpoints = { dynamodb: dynamodbServer.url, secretsManager: secretsServer.url };
  return { endpoints, dynamodbEmulator, faults, secrets };
}
