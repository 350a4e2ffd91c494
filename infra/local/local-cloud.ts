import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultControls } from './aws/dynamodb/faults.ts';
import { createAuthority, type FunctionGrant } from './aws/iam/authority.ts';
import { openAwsDoors } from './aws/open-doors.ts';
import { type Schedules, startSchedules } from './aws/scheduler.ts';
import { createHttpApiDoor } from './http-api/door.ts';
import { createFunctionLog } from './lambda/function-log.ts';
import { createFunctions, type Functions } from './lambda/functions.ts';
import type { InvocationResult } from './lambda/invocation.ts';
import { createInvokeDoor } from './lambda/invoke-door.ts';
import { startGuardedProcesses } from './process/guarded-processes.ts';
import { listenOnLoopback } from './process/loopback-server.ts';
import { createTeardown, type Teardown } from './process/teardown.ts';
import { synthesize } from './synthesize.ts';
import { readAssembly } from './template/assembly.ts';
import { readStack } from './template/stack.ts';

export type LocalCloudOptions = {
  /** For the stack's setting konaBaseUrl. */
  readonly konaUrl: string;
  /** The JSON that Secrets Manager answers for the stack's secret; absent: the secret has no value yet. */
  readonly secret?: string | undefined;
  /** As `-c key=value` at `cdk deploy`. */
  readonly context?: Readonly<Record<string, string>> | undefined;
  /** A cloud assembly that exists already; else the stack is synthesized. */
  readonly assembly?: string | undefined;
  readonly schedules?: Schedules | undefined;
  /** Of the HTTP API; absent or 0: a free one. */
  readonly port?: number | undefined;
  /** For one log file a function; absent: logs are kept in memory only. */
  readonly logDirectory?: string | undefined;
  /** The developer's: AWS_ENDPOINT_URL_DYNAMODB replaces the emulator, and bundling needs PATH. No function sees it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

export type LocalCloud = {
  readonly apiUrl: string;
  readonly lambdaEndpoint: string;
  /** The door that holds each function to its role; whoever is no function finds the whole emulator behind it. */
  readonly dynamodbEndpoint: string;
  readonly dynamodbEmulatorEndpoint: string;
  readonly secretsManagerEndpoint: string;
  readonly region: string;
  readonly tableName: string;
  readonly secretId: string;
  /** Local name (`reconcile`) → the function's name. */
  readonly functions: Readonly<Record<string, string>>;
  /** Invokes and waits. `returned` and `failed` carry JSON text. */
  readonly invoke: (name: string, event?: unknown) => Promise<InvocationResult>;
  /** What a function wrote, newest last. */
  readonly logs: (name: string) => readonly string[];
  readonly accessLog: () => readonly string[];
  /** Kills all processes of a function with SIGKILL, whatever they do. Answers how many there were. */
  readonly killFunction: (name: string) => number;
  readonly dynamodbFaults: FaultControls;
  /** All that the roles of the functions grant. */
  readonly granted: () => readonly FunctionGrant[];
  /** What of it was made use of, as far as it goes through a door here. */
  readonly usedGrants: () => readonly FunctionGrant[];
  /** A new version of the stack's secret. */
  readonly putSecret: (value: string) => void;
  readonly close: () => Promise<void>;
};

const region = 'ap-northeast-2';
const account = '111122223333';
const now = () => Date.now();

/**
 * Builds from the synthesized template, and from nothing else, what the stack would be on AWS, on loopback.
 * @throws Error if the template does not synthesize, or uses what is not emulated (NotUnderstoodError); nothing is left running then.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const teardown = createTeardown();
  try {
    return await boot(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function boot(options: LocalCloudOptions, teardown: Teardown): Promise<LocalCloud> {
  // The template may speak of the API's address, so its port is open before the template is read.
  let apiDoor: RequestListener = (_, response) => response.writeHead(503).end();
  const apiServer = await listenOnLoopback((request, response) => apiDoor(request, response), options.port);
  teardown.add(apiServer.close);
  const directory = options.assembly ?? (await synthesized(options, teardown));
  const assembly = await readAssembly(directory);
  const suffix = randomBytes(6).toString('hex').toUpperCase();
  const stack = readStack(assembly, {
    stackName: assembly.stackName,
    account,
    region,
    suffix,
    apiEndpoint: apiServer.url,
  });

  const output = (name: string) => {
    const value = stack.outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  };

  const processes = startGuardedProcesses();
  teardown.add(processes.close);
  const authority = createAuthority({ functions: stack.functions, account, region, now });
  const ownDynamodb = options.environment['AWS_ENDPOINT_URL_DYNAMODB'];
  const doors = await openAwsDoors({ stack, authority, processes, teardown, ownDynamodb, account, region, now });
  const secretId = output('secretId');
  if (options.secret !== undefined) doors.secrets.put(secretId, options.secret);

  const { logDirectory } = options;
  const { endpoints } = doors;
  const functions = createFunctions({ specs: stack.functions, region, endpoints, processes, logDirectory, now });
  teardown.add(functions.close);
  const invokeServer = await listenOnLoopback(createInvokeDoor(functions, authority));
  teardown.add(invokeServer.close);
  const accessLog = createFunctionLog(logDirectory && join(logDirectory, 'http-api-access.log'));
  teardown.add(accessLog.close);
  const writeAccessLog = (line: string) => accessLog.write(`${line}\n`);
  apiDoor = createHttpApiDoor({ api: stack.api, functions, account, region, now, writeAccessLog });
  const schedules = options.schedules ?? 'as_in_template';
  teardown.add(startSchedules(stack.schedules, { functions, schedules, account, region, now }));

  return {
    apiUrl: apiServer.url,
    lambdaEndpoint: invokeServer.url,
    dynamodbEndpoint: endpoints.dynamodb,
    dynamodbEmulatorEndpoint: doors.dynamodbEmulator,
    secretsManagerEndpoint: endpoints.secretsManager,
    region,
    tableName: output('tableName'),
    secretId,
    functions: Object.fromEntries(stack.functions.map((spec) => [spec.localName, spec.name])),
    ...controlsOf(functions),
    accessLog: accessLog.lines,
    dynamodbFaults: doors.faults,
    granted: authority.granted,
    usedGrants: authority.used,
    putSecret: (value) => doors.secrets.put(secretId, value),
    close: teardown.run,
  };
}

function controlsOf(functions: Functions): Pick<LocalCloud, 'invoke' | 'logs' | 'killFunction'> {
  const poolOf = (name: string) => {
    const pool = functions.find(name);
    if (pool === undefined) throw new Error(`The stack has no function ${name}.`);
    return pool;
  };
  return {
    invoke: async (name, event = {}) => poolOf(name).invoke(functions.invocationOf(JSON.stringify(event))),
    logs: (name) => functions.logOf(poolOf(name)).lines(),
    killFunction: (name) => poolOf(name).kill(),
  };
}

async function synthesized(options: LocalCloudOptions, teardown: Teardown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kona-gateway-'));
  teardown.add(() => rm(directory, { recursive: true, force: true }));
  const context = { ...options.context, konaBaseUrl: options.konaUrl };
  await synthesize(directory, context, options.environment);
  return directory;
}
