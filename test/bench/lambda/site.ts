import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../../infra/local/aws/iam/authority.ts';
import { createSecrets } from '../../../infra/local/aws/secrets-door.ts';
import { environmentOf } from '../../../infra/local/lambda/environment.ts';
import { listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { createTeardown, type Teardown } from '../../../infra/local/process/teardown.ts';
import { startSimulatorProcess } from '../../../infra/local/simulator-process.ts';
import { synthesize } from '../../../infra/local/synthesize.ts';
import { readAssembly } from '../../../infra/local/template/assembly.ts';
import { type FunctionSpec, readStack, type StackSpec } from '../../../infra/local/template/stack.ts';
import { startDynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { setModes } from '../simulator-modes.ts';
import type { Surroundings } from './lambda-process.ts';
import { type Distance, openTimedDoor, type TimedDoor } from './timed-door.ts';
import { makeCertificate } from './tls.ts';

// What stands around a function while it is measured: the template's own settings, the DynamoDB emulator, a door that
// answers with the secret, and the simulator. Policies are not held here: that would be measured too.

export type Site = {
  readonly functions: readonly FunctionSpec[];
  /** The one behind `POST /v1/limit-increases`. */
  readonly post: FunctionSpec;
  /** A scratch directory. */
  readonly directory: string;
  readonly surroundings: Surroundings;
  readonly kona: Pick<TimedDoor, 'takeMs'>;
  readonly close: () => Promise<void>;
};

const [region, account] = ['ap-northeast-2', '111122223333'];

export type SiteOptions = {
  /** Our own: bundling needs its PATH. */
  readonly environment: NodeJS.ProcessEnv;
  /** `near`: AWS answers at once, and without TLS. `as_on_aws`: with TLS, and some milliseconds later. */
  readonly distance: 'near' | 'as_on_aws';
};

/** What the table and the store of secrets take to answer, beside the emulator's own time. */
export const awsDelayMs = 5;

export async function openSite(options: SiteOptions): Promise<Site> {
  const teardown = createTeardown();
  try {
    return await build(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function build({ environment, distance }: SiteOptions, teardown: Teardown): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'kona-bench-'));
  teardown.add(() => rm(directory, { recursive: true, force: true }));
  const simulator = await startSimulatorProcess();
  teardown.add(simulator.close);
  await setModes(simulator, { trialPars: false });
  const kona = await openTimedDoor(simulator.url, { delayMs: 0 });
  teardown.add(kona.close);
  const stack = await stackOf(join(directory, 'assembly'), kona.url, environment);
  const post = stack.functions.find(({ localName }) => localName === 'request-limit-increase');
  if (post === undefined) throw new Error('The stack has no function for POST.');

  const emulator = await startDynamoDbEmulator();
  teardown.add(emulator.stop);
  for (const { name } of stack.tables) await emulator.createTable(name);
  const authority = createAuthority({ functions: [], account, region, now: Date.now });
  const secrets = createSecrets({ secrets: stack.secrets, authority, now: Date.now });
  for (const arn of stack.secrets) secrets.put(arn, simulator.secret);
  const secretsServer = await listenOnLoopback(secrets.door);
  teardown.add(secretsServer.close);
  const certificate = makeCertificate(directory);
  const far: Distance | undefined = distance === 'near' ? undefined : { certificate, delayMs: awsDelayMs };
  const reach = async (url: string): Promise<string> => {
    if (far === undefined) return url;
    const door = await openTimedDoor(url, far);
    teardown.add(door.close);
    return door.url;
  };
  const [dynamodb, secretsManager] = [await reach(emulator.endpoint), await reach(secretsServer.url)];
  const endpoints = { dynamodb, secretsManager, s3: '', sqs: '', eventBridge: '' };

  return {
    functions: stack.functions,
    post,
    directory,
    surroundings: {
      memoryMb: post.memoryMb,
      timeoutMs: post.timeoutMs,
      environment: ({ codeDirectory, handler }, runtimeApi) => ({
        ...environmentOf({ ...post, codeDirectory, handler }, { region, endpoints, runtimeApi }),
        NODE_EXTRA_CA_CERTS: certificate.certPath,
      }),
    },
    kona,
    close: teardown.run,
  };
}

/** The stack as it deploys. Its endpoints for files are never asked. */
async function stackOf(directory: string, konaBaseUrl: string, environment: NodeJS.ProcessEnv): Promise<StackSpec> {
  await synthesize(directory, { konaBaseUrl }, environment);
  const assembly = await readAssembly(directory);
  return readStack(assembly, {
    stackName: assembly.stackName,
    ...{ account, region, apiEndpoint: 'http://127.0.0.1', sqsEndpoint: 'http://127.0.0.1' },
    suffix: randomBytes(6).toString('hex').toUpperCase(),
  });
}
