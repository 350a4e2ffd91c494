import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { readBody } from '../../process/read-body.ts';
import type { Backend, BackendAnswer } from '../backend.ts';
import { answerFaultControl, faultControlPath } from '../fault-control.ts';
import type { Authority } from '../iam/authority.ts';
import { cutBatch } from './batch.ts';
import type { Fault, Faults } from './faults.ts';
import { neededFor, operationOf, type TableArn } from './operations.ts';
import * as refusals from './refusals.ts';

/** DynamoDB itself takes 16 MB. */
const bodyBytesMax = 16 * 1024 * 1024;

export type DynamodbDoorDeps = {
  readonly backend: Backend;
  readonly authority: Authority;
  readonly faults: Faults;
  readonly tableArn: TableArn;
  /** Hears of each write that was taken, before its writer does. */
  readonly written: (operation: string, body: Buffer) => void;
};

type Call = { readonly request: IncomingMessage; readonly operation: string; readonly body: Buffer };

/**
 * DynamoDB as the functions meet it: each may do what its role grants, and it fails on demand. Whoever signs with
 * a key that nobody here has, or not at all, stands before the emulator itself, faults included.
 */
export function createDynamodbDoor({ backend, authority, faults, tableArn, written }: DynamodbDoorDeps) {
  async function send(headers: IncomingHttpHeaders, operation: string, body: Buffer): Promise<BackendAnswer> {
    const answer = await backend.send(headers, body);
    if (answer.status === 200) written(operation, body);
    return answer;
  }

  async function handle(call: Call): Promise<BackendAnswer | 'reset'> {
    const { request, operation, body } = call;
    const principal = authority.identify('dynamodb', request, body);
    if (principal === 'forged') return refusals.badSignature();
    if (principal !== 'outsider') {
      const needed = neededFor(operation, JSON.parse(body.toString('utf8')), tableArn);
      if (needed === undefined) return refusals.unknownOperation(operation);
      for (const { action, resource } of needed) {
        const decision = authority.authorize(principal, action, resource);
        if (!decision.allowed) return refusals.accessDenied(decision.message);
      }
    }
    const caller = principal === 'outsider' ? undefined : principal.name;
    const fault = faults.strike({ operation, caller });
    return fault === undefined ? send(request.headers, operation, body) : suffer(fault, call);
  }

  async function suffer(fault: Fault, { request, operation, body }: Call): Promise<BackendAnswer | 'reset'> {
    switch (fault.kind) {
      case 'throttle':
        return refusals.throttled(fault.error);
      case 'transaction_conflict':
        return refusals.conflict(operation.startsWith('Transact') ? itemsIn(body) : undefined);
      case 'lost_acknowledgement':
        await send(request.headers, operation, body);
        return fault.as === 'reset' ? 'reset' : refusals.serverError();
      case 'unprocessed_items':
        return takeSome(request, operation, body, fault.taken);
      case 'slow': {
        const answer = await send(request.headers, operation, body);
        await wait(fault.ms, undefined, { ref: false });
        return answer;
      }
      default: {
        const unexpected: never = fault;
        return unexpected;
      }
    }
  }

  async function takeSome(
    request: IncomingMessage,
    operation: string,
    body: Buffer,
    taken: number,
  ): Promise<BackendAnswer> {
    const { asked, left } = cutBatch(body, taken);
    if (asked === undefined) return { status: 200, headers: refusals.jsonHeaders, body: left(Buffer.from('{}')) };
    const { status, body: told } = await send(request.headers, operation, asked);
    return { status, headers: refusals.jsonHeaders, body: status === 200 ? left(told) : told };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, bodyBytesMax);
    if (request.url === faultControlPath) return answerFaultControl(faults, request, body, response);
    const operation = operationOf(String(request.headers['x-amz-target']));
    const result = body === 'too_large' ? refusals.tooLarge() : await handle({ request, operation, body });
    if (result === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    response.writeHead(result.status, { ...result.headers, 'content-length': result.body.length }).end(result.body);
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error) => {
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) {
        response.destroy(error);
        return;
      }
      const { status, headers, body } = refusals.malformed();
      response.writeHead(status, headers).end(body);
    });
  };
}

const transactionSchema = z.object({ TransactItems: z.array(z.unknown()) });

const itemsIn = (body: Buffer): number =>
  transactionSchema.parse(JSON.parse(body.toString('utf8'))).TransactItems.length;
