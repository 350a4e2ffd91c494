import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Runs inside a function's process: what the Node.js runtime of Lambda does. Loads the handler once, then asks the
// Runtime API for one invocation after the other. Nothing but Node itself is imported, so that a function finds here
// only what its bundle brings.

const environment = (name: string) => process.env[name] ?? '';
const api = new URL(`http://${environment('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime/`);

type Answer = { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string };

function call(method: 'GET' | 'POST', path: string, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, api), { method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ headers: response.headers, body: text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify({ errorType: typeof error, errorMessage: String(error) });
  const trace = error.stack?.split('\n') ?? [];
  return JSON.stringify({ errorType: error.name, errorMessage: error.message, trace });
}

type Handler = (event: unknown, context: unknown) => unknown;

async function loadHandler(): Promise<Handler> {
  const handlerPath = environment('_HANDLER');
  const dot = handlerPath.lastIndexOf('.');
  const file = join(environment('LAMBDA_TASK_ROOT'), `${handlerPath.slice(0, dot)}.mjs`);
  const module: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = module[handlerPath.slice(dot + 1)];
  if (typeof handler !== 'function') throw new Error(`${handlerPath} is undefined or not exported`);
  // As the runtime since Node.js 24: a callback would never be called.
  if (handler.length > 2) throw new Error(`${handlerPath} takes a callback; the runtime has none`);
  return (event, context) => handler(event, context);
}

function contextOf(headers: Answer['headers']) {
  const header = (name: string) => String(headers[`lambda-runtime-${name}`] ?? '');
  const deadline = Number(header('deadline-ms'));
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: environment('AWS_LAMBDA_FUNCTION_VERSION'),
    invokedFunctionArn: header('invoked-function-arn'),
    memoryLimitInMB: environment('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    awsRequestId: header('aws-request-id'),
    logGroupName: environment('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: environment('AWS_LAMBDA_LOG_STREAM_NAME'),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

let current: string | undefined;

async function die(error: unknown): Promise<never> {
  console.error(error);
  try {
    await call('POST', current === undefined ? 'init/error' : `invocation/${current}/error`, describe(error));
  } finally {
    // Also if nobody is there any more to hear it.
    process.exit(1);
  }
}
process.on('uncaughtException', (error) => void die(error));

const handler = await loadHandler().catch(die);
for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  const context = contextOf(headers);
  current = context.awsRequestId;
  process.env['_X_AMZN_TRACE_ID'] = String(headers['lambda-runtime-trace-id'] ?? '');
  try {
    const returned = await handler(JSON.parse(body), context);
    await call('POST', `invocation/${current}/response`, JSON.stringify(returned ?? null) ?? 'null');
  } catch (error) {
    console.error(error);
    await call('POST', `invocation/${current}/error`, describe(error));
  }
}
