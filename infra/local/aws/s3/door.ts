import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBody } from '../../process/read-body.ts';
import { answerFaultControl, faultControlPath } from '../fault-control.ts';
import type { Authority } from '../iam/authority.ts';
import type { S3Answer } from './answers.ts';
import * as answers from './answers.ts';
import type { Bucket } from './bucket.ts';
import { type EventFaults, eventFaultsPath } from './event-faults.ts';
import type { S3Faults } from './faults.ts';
import { abort, begin, complete, part } from './multipart.ts';
import { listingOf, neededFor } from './operations.ts';
import { list, read } from './reads.ts';
import { readRequest, type S3Request } from './request.ts';
import { copy, put, remove } from './writes.ts';

/** The emulator takes no more at once. */
const bodyBytesMax = 11 * 1024 * 1024;

type Deps = {
  readonly authority: Authority;
  readonly faults: S3Faults;
  readonly eventFaults: EventFaults;
  readonly buckets: readonly Bucket[];
};

/**
 * S3 as the functions meet it: each may do what its role grants. Whoever signs with a key that nobody here has, or
 * not at all, may do all that is here.
 */
export function createS3Door({ authority, faults, eventFaults, buckets }: Deps) {
  const bucketOf = (name: string) => buckets.find(({ spec }) => spec.name === name);

  async function handle(message: IncomingMessage, body: Buffer): Promise<S3Answer | 'reset'> {
    const principal = authority.identify('s3', message, body);
    if (principal === 'forged') return answers.badSignature();
    const request = readRequest(message);
    if (request === undefined) return answers.notEmulated(`${message.method} ${message.url}`);
    if (principal === 'outsider') return suffer(request, body, undefined);
    for (const { action, resource } of neededFor(request)) {
      const decision = authority.authorize(principal, action, resource);
      if (!decision.allowed) return answers.accessDenied(decision.message);
    }
    const answer = await suffer(request, body, principal.name);
    if (answer === 'reset' || answer.status !== 404 || !isRead(request)) return answer;
    const listing = listingOf(request.bucket);
    const decision = authority.authorize(principal, listing.action, listing.resource);
    return decision.allowed ? answer : answers.accessDenied(decision.message);
  }

  /** Acts, unless a fault is on; of one that breaks off, that many bytes are left. */
  async function suffer(request: S3Request, body: Buffer, caller: string | undefined): Promise<S3Answer | 'reset'> {
    const fault = faults.strike({ operation: request.operation, caller });
    if (fault?.kind === 'unavailable') return answers.unavailable();
    const answer = await act(request, body);
    switch (fault?.kind) {
      case undefined:
        return answer;
      case 'lost_acknowledgement':
        if (answer.body instanceof Readable) answer.body.destroy();
        return 'reset';
      case 'broken_off':
        return answer.body instanceof Readable ? { ...answer, body: brokenOff(answer.body, fault.bytes) } : answer;
      default: {
        const unexpected: never = fault;
        return unexpected;
      }
    }
  }

  async function act(request: S3Request, body: Buffer): Promise<S3Answer> {
    const bucket = bucketOf(request.bucket);
    if (bucket === undefined) return answers.noSuchBucket();
    const { operation } = request;
    switch (operation) {
      case 'HeadBucket':
        return { status: 200, headers: {} };
      case 'ListObjectsV2':
        return list(bucket, request);
      case 'GetObject':
      case 'HeadObject':
        return read(bucket, request);
      case 'PutObject':
        return put(bucket, request, body);
      case 'CopyObject':
        return copy(bucket, request, bucketOf);
      case 'DeleteObject':
        return remove(bucket, request);
      case 'CreateMultipartUpload':
        return begin(bucket, request);
      case 'UploadPart':
        return part(bucket, request, body);
      case 'CompleteMultipartUpload':
        return complete(bucket, request, body);
      case 'AbortMultipartUpload':
        return abort(bucket, request);
      default: {
        const unexpected: never = operation;
        return unexpected;
      }
    }
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = await readBody(message, bodyBytesMax);
    if (message.url === faultControlPath) return answerFaultControl(faults, message, given, response);
    if (message.url === eventFaultsPath) return answerFaultControl(eventFaults, message, given, response);
    const told = given === 'too_large' ? answers.tooLarge() : await handle(message, given);
    if (told === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    const { status, headers, body = '' } = told;
    response.setHeader('x-amz-request-id', answers.requestId());
    if (body instanceof Readable) {
      response.writeHead(status, headers);
      await pipeline(body, response);
      return;
    }
    const text = message.method === 'HEAD' ? '' : body;
    const length = status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, { ...length, ...headers }).end(text);
  }

  return (message: IncomingMessage, response: ServerResponse): void => {
    answer(message, response).catch((error) => response.destroy(error));
  };
}

const isRead = ({ operation }: S3Request): boolean => operation === 'GetObject' || operation === 'HeadObject';

/** The first bytes of a stream, and then an error. */
function brokenOff(whole: Readable, bytesMax: number): Readable {
  return Readable.from(
    (async function* () {
      let left = bytesMax;
      for await (const piece of whole) {
        const bytes = Buffer.from(piece);
        yield bytes.subarray(0, left);
        left -= bytes.length;
        if (left <= 0) throw new Error('broken off, as was asked for');
      }
    })(),
  );
}
