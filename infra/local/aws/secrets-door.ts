import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../process/read-body.ts';
import type { Authority } from './iam/authority.ts';

const requestSchema = z.object({ SecretId: z.string() });

/** Secrets Manager, as far as the functions use it. */
export type Secrets = {
  /** Answers GetSecretValue. */
  readonly door: (request: IncomingMessage, response: ServerResponse) => void;
  /** A new version, as after a rotation. */
  readonly put: (secretArn: string, value: string) => void;
};

export type SecretsDeps = {
  /** ARNs. */
  readonly secrets: readonly string[];
  readonly authority: Authority;
  readonly now: () => number;
};

export function createSecrets({ secrets, authority, now }: SecretsDeps): Secrets {
  type Version = { readonly id: string; readonly value: string; readonly createdAt: number };
  const versions = new Map<string, Version>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    };
    const refuse = (type: string, message: string) => send(400, { __type: type, Message: message });
    const body = await readBody(request, 64 * 1024);
    if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue' || body === 'too_large')
      return refuse('UnknownOperationException', 'The local cloud knows GetSecretValue only.');
    const principal = authority.identify('secretsmanager', request, body);
    if (principal === 'forged')
      return refuse('InvalidSignatureException', 'The request signature we calculated does not match yours.');
    const { SecretId: id } = requestSchema.parse(JSON.parse(body.toString('utf8')));
    const arn = [...secrets, ...versions.keys()].find((known) => known === id || nameOf(known) === id);
    const version = arn === undefined ? undefined : versions.get(arn);
    if (principal !== 'outsider') {
      const decision = authority.authorize(principal, 'secretsmanager:GetSecretValue', arn ?? id);
      if (!decision.allowed) return refuse('AccessDeniedException', decision.message);
    }
    if (arn === undefined)
      return refuse('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    if (version === undefined)
      return refuse(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      );
    send(200, {
      ARN: arn,
      Name: nameOf(arn),
      VersionId: version.id,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: version.createdAt / 1_000,
      SecretString: version.value,
    });
  }

  return {
    door: (request, response) => {
      answer(request, response).catch((error) => response.destroy(error));
    },
    put: (secretArn, value) => {
      versions.set(secretArn, { id: randomUUID(), value, createdAt: now() });
    },
  };
}

/** An ARN ends in the name, a hyphen and six characters of Secrets Manager's own. */
function nameOf(arn: string): string {
  return arn.replace(/^arn:aws:secretsmanager:[^:]+:\d+:secret:/, '').replace(/-[A-Za-z0-9]{6}$/, '');
}
