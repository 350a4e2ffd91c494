import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';

// S3 and SQS to the SDK: fauxqs in process, and before its S3 a door that keeps to what S3 promises and fauxqs does not
// do, If-None-Match on writing.

type Interference = (request: IncomingMessage, response: ServerResponse) => boolean;

export type ObjectStore = Awaited<ReturnType<typeof startObjectStore>>;

export async function startObjectStore() {
  const region = 'ap-northeast-2';
  const backend = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
  let interfere: Interference = () => false;
  // One write after the other, so that of two only one is the first.
  let before = Promise.resolve();
  const door = createServer((incoming, response) => {
    if (interfere(incoming, response)) return;
    const turn = before.then(() => pass(incoming, response, backend.port));
    if (incoming.headers['if-none-match'] !== undefined) before = turn;
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port.');

  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const endpoint = `http://127.0.0.1:${address.port}`;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 2 });
  const sqs = new SQSClient({ endpoint: backend.address, region, credentials });
  return {
    s3,
    sqs,
    bucket: (name: string): string => backend.createBucket(name).bucketName,
    queue: (name: string): string => backend.createQueue(name).queueUrl,
    queued: (name: string): string[] => (backend.inspectQueue(name)?.messages.ready ?? []).map(({ body }) => body),
    /** Answers requests to S3 itself, where it returns true. */
    interfere: (how: Interference): void => {
      interfere = how;
    },
    async stop() {
      s3.destroy();
      sqs.destroy();
      door.closeAllConnections();
      door.close();
      await backend.stop();
    },
  };
}

async function pass(incoming: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
  const body = await buffer(incoming);
  const { method, url: path, headers } = incoming;
  if (headers['if-none-match'] === '*' && (await stands(path ?? '', port))) return refuse(response);
  const passed = request({ port, host: '127.0.0.1', method, path, headers }).end(body);
  const [answer] = await once(passed, 'response');
  response.writeHead(answer.statusCode, answer.headers);
  answer.pipe(response);
  await once(response, 'close');
}

async function stands(path: string, port: number): Promise<boolean> {
  const asked = request({ port, host: '127.0.0.1', method: 'HEAD', path: path.split('?')[0] }).end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer.statusCode === 200;
}

function refuse(response: ServerResponse): void {
  response.writeHead(412, { 'content-type': 'application/xml' });
  response.end(
    '<?xml version="1.0"?><Error><Code>PreconditionFailed</Code><Condition>If-None-Match</Condition></Error>',
  );
}
