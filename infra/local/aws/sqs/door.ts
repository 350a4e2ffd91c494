import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../../process/read-body.ts';
import type { QueueSpec } from '../../template/queues.ts';
import type { Backend, BackendAnswer } from '../backend.ts';
import { answerFaultControl, faultControlPath } from '../fault-control.ts';
import type { Authority } from '../iam/authority.ts';
import { cutBatch } from './batch.ts';
import type { SqsFaults } from './faults.ts';
import { neededFor, operationOf } from './operations.ts';
import type { Queues } from './queues.ts';
import * as refusals from './refusals.ts';

/** Of a batch, as of a message: 1 MiB. JSON may escape each of its characters. */
const bodyBytesMax = 6 * 1024 * 1024;

export type SqsDoorDeps = {
  readonly backend: Backend;
  readonly authority: Authority;
  readonly faults: SqsFaults;
  readonly queues: Queues;
  readonly specs: readonly QueueSpec[];
  readonly queueArn: (name: string) => string;
  /** Where this door is: the URLs of the queues begin with it. */
  readonly endpoint: string;
  readonly account: string;
};

const moveSchema = z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() });

/**
 * SQS as the functions meet it: each may do what its role grants. Whoever signs with another key than a function's, or
 * not at all, may do all that is here.
 */
export function createSqsDoor(deps: SqsDoorDeps) {
  const { backend, authority, faults, queues, specs, queueArn, endpoint, account } = deps;

  async function handle(request: IncomingMessage, body: Buffer): Promise<BackendAnswer | 'reset'> {
    const operation = operationOf(String(request.headers['x-amz-target']));
    const principal = authority.identify('sqs', request, body);
    if (principal === 'forged') return refusals.badSignature();
    const needed = neededFor(operation, JSON.parse(body.toString('utf8')), queueArn);
    if (needed === undefined) return refusals.unknownOperation(operation);
    if (principal !== 'outsider') {
      const decision = authority.authorize(principal, needed.action, needed.resource);
      if (!decision.allowed) return refusals.accessDenied(decision.message);
    }
    const caller = principal === 'outsider' ? undefined : principal.name;
    const fault = faults.strike({ operation, caller });
    switch (fault?.kind) {
      case undefined:
        return act(operation, request, body);
      case 'unavailable':
        return refusals.unavailable();
      case 'lost_acknowledgement':
        await act(operation, request, body);
        return 'reset';
      case 'refused_entries':
        return takeSome(request, body, fault.taken);
      default: {
        const unexpected: never = fault;
        return unexpected;
      }
    }
  }

  async function act(operation: string, request: IncomingMessage, body: Buffer): Promise<BackendAnswer> {
    if (operation === 'StartMessageMoveTask') return startMove(body);
    const answer = await backend.send(request.headers, body);
    return namesQueues(operation) ? { ...answer, body: inOurWords(answer.body) } : answer;
  }

  async function takeSome(request: IncomingMessage, body: Buffer, taken: number): Promise<BackendAnswer> {
    const { asked, left } = cutBatch(body, taken);
    if (asked === undefined) return { status: 200, headers: refusals.jsonHeaders, body: left(Buffer.from('{}')) };
    const told = await backend.send(request.headers, asked);
    return told.status === 200 ? { ...told, body: left(told.body) } : told;
  }

  async function startMove(body: Buffer): Promise<BackendAnswer> {
    const { SourceArn, DestinationArn } = moveSchema.parse(JSON.parse(body.toString('utf8')));
    const isDeadLetters = specs.some(({ redrive }) => redrive?.deadLettersArn === SourceArn);
    if (!isDeadLetters || DestinationArn !== undefined) return refusals.noSuchQueue();
    await queues.redrive(SourceArn);
    return {
      status: 200,
      headers: refusals.jsonHeaders,
      body: Buffer.from(JSON.stringify({ TaskHandle: randomUUID() })),
    };
  }

  /** The emulator's own address and account give way to ours. */
  function inOurWords(told: Buffer): Buffer {
    const text = told
      .toString('utf8')
      .replaceAll(/"https?:\/\/[^/"]+\/\d{12}\/([\w-]+)"/g, (_, name: string) => `"${endpoint}/${account}/${name}"`)
      .replaceAll(/(arn:aws:sqs:[^:]+):\d{12}:/g, `$1:${account}:`);
    return Buffer.from(text);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, bodyBytesMax);
    if (request.url === faultControlPath) return answerFaultControl(faults, request, body, response);
    const told = body === 'too_large' ? refusals.tooLarge() : await handle(request, body).catch(malformedOrThrow);
    if (told === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    response.writeHead(told.status, { ...told.headers, 'content-length': told.body.length }).end(told.body);
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error) => response.destroy(error));
  };
}

const namesQueues = (operation: string): boolean => operation === 'GetQueueUrl' || operation === 'GetQueueAttributes';

function malformedOrThrow(error: unknown): BackendAnswer {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return refusals.malformed();
  throw error;
}
