import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusEvent } from './aws/event-bus-door.ts';
import { createAuthority } from './aws/iam/authority.ts';
import { openAwsDoors } from './aws/open-doors.ts';
import { startSchedules } from './aws/scheduler.ts';
import type { LocalCloud, LocalCloudOptions } from './cloud.ts';
import { createHttpApiDoor } from './http-api/door.ts';
import { readCallers } from './http-api/principals.ts';
import { startEventSources } from './lambda/event-sources.ts';
import { createFunctionLog } from './lambda/function-log.ts';
import { createFunctions, type Functions } from './lambda/functions.ts';
import { createInvokeDoor } from './lambda/invoke-door.ts';
import { startStreamSource } from './lambda/stream-source.ts';
import { startGuardedProcesses } from './process/guarded-processes.ts';
import { openLateServer } from './process/late-server.ts';
import { listenOnLoopback } from './process/loopback-server.ts';
import { createTeardown, type Teardown } from './process/teardown.ts';
import { suffixOf } from './suffix.ts';
import { synthesize } from './synthesize.ts';
import { readAssembly } from './template/assembly.ts';
import { readStack } from './template/stack.ts';

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
  // The template may speak of the API's address, and of the queues', so their ports are open before it is read.
  const apiServer = await openLateServer(options.port);
  teardown.add(apiServer.close);
  const sqsServer = await openLateServer();
  teardown.add(sqsServer.close);
  const directory = options.assembly ?? (await synthesized(options, teardown));
  const assembly = await readAssembly(directory);
  const suffix = await suffixOf(options.dataDirectory);
  const stack = readStack(assembly, {
    stackName: assembly.stackName,
    account,
    region,
    suffix,
    apiEndpoint: apiServer.url,
    sqsEndpoint: sqsServer.url,
  });

  const output = (name: string) => {
    const value = stack.outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  };

  const processes = startGuardedProcesses();
  teardown.add(processes.close);
  const { apiId } = stack.api;
  const callers = await readCallers({ account, region, apiId, ...stack.outputs });
  const authority = createAuthority({ functions: stack.functions, callers, account, region, now });
  const ownDynamodb = options.environment['AWS_ENDPOINT_URL_DYNAMODB'];
  const { logDirectory, dataDirectory } = options;
  const eventLog = createFunctionLog(logDirectory && join(logDirectory, 'events.log'));
  teardown.add(eventLog.close);
  const eventTaken = (event: BusEvent) => eventLog.write(`${JSON.stringify(event)}\n`);
  const site = {
    stack,
    authority,
    processes,
    teardown,
    ownDynamodb,
    dataDirectory,
    sqsServer,
    account,
    region,
    now,
    eventTaken,
  };
  const doors = await openAwsDoors(site);
  const secretId = output('secretId');
  if (options.secret !== undefined) doors.secrets.put(secretId, options.secret);

  const { endpoints } = doors;
  const functions = createFunctions({ specs: stack.functions, region, endpoints, processes, logDirectory, now });
  teardown.add(functions.close);
  const invokeServer = await listenOnLoopback(createInvokeDoor(functions, authority));
  teardown.add(invokeServer.close);
  const accessLog = createFunctionLog(logDirectory && join(logDirectory, 'http-api-access.log'));
  teardown.add(accessLog.close);
  const writeAccessLog = (line: string) => accessLog.write(`${line}\n`);
  apiServer.answerWith(
    createHttpApiDoor({ api: stack.api, functions, authority, account, region, now, writeAccessLog }),
  );
  const schedules = options.schedules ?? 'as_in_template';
  teardown.add(startSchedules(stack.schedules, { functions, schedules, account, region, now }));
  const { visibilityScale = 1, eventSources = 'as_in_template' } = options;
  const { queues, streams } = doors;
  teardown.add(
    startEventSources(stack.eventSources, {
      ...{ authority, functions, queues, eventSources, visibilityScale, region, now },
    }),
  );
  for (const spec of stack.streamSources)
    teardown.add(
      startStreamSource(spec, { streams, functions, queues, authority, eventSources, visibilityScale, region, now }),
    );

  return {
    apiUrl: apiServer.url,
    lambdaEndpoint: invokeServer.url,
    dynamodbEndpoint: endpoints.dynamodb,
    dynamodbEmulatorEndpoint: doors.dynamodbEmulator,
    secretsManagerEndpoint: endpoints.secretsManager,
    s3Endpoint: endpoints.s3,
    sqsEndpoint: endpoints.sqs,
    eventBridgeEndpoint: endpoints.eventBridge,
    region,
    tableName: output('tableName'),
    secretId,
    outputs: stack.outputs,
    functions: Object.fromEntries(stack.functions.map((spec) => [spec.localName, spec.name])),
    ...controlsOf(functions),
    accessLog: accessLog.lines,
    ...doors.faults,
    events: doors.events,
    redriveDeadLetters: queues.redrive,
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
