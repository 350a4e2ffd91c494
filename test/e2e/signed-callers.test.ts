import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { principals, unsignedPrincipal } from '../../infra/local/http-api/principals.ts';
import { signedFetch } from '../../submit/signed-fetch.ts';
import { aCorporation, pars } from '../support/builders.ts';
import { type Gateway, openGateway, shown } from './gateway.ts';

// Callers who sign, with the signer of the AWS SDK as it is.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

const send = (credentials: Credentials, path: string, body?: string, service = 'execute-api') =>
  signedFetch(
    `${gateway.cloud.apiUrl}${path}`,
    { credentials, service, region: gateway.cloud.region },
    {
      ...(body !== undefined && { method: 'POST', body }),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'the-same-key' },
    },
  );
const order = (from: number) => JSON.stringify({ ...aCorporation(), parList: pars(1, from) });

describe('two callers with the same idempotency key', () => {
  it('each order what they ordered, get their own request, and read it and its call', async () => {
    const requestIds: string[] = [];
    for (const [index, credentials] of [principals.caller, principals.otherCaller].entries()) {
      const first = await send(credentials, '/v1/limit-increases', order(index + 1));
      const { requestId, results } = shown(await first.json());
      expect([first.status, results]).toMatchObject([200, [{ par: pars(1, index + 1)[0], status: 'named' }]]);
      requestIds.push(requestId);
      const again = await send(credentials, '/v1/limit-increases', order(index + 1));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(shown(await again.json()).requestId).toBe(requestId);
      for (const path of [
        `/v1/limit-increases/${requestId}?limit=1&status=named`,
        `/v1/cards/${results[0]?.par}`,
        `/v1/calls/${results[0]?.correlationId}`,
      ])
        expect([path, (await send(credentials, path)).status]).toEqual([path, 200]);
    }
    const unsigned = await gateway.post(order(3), { 'idempotency-key': 'the-same-key' });
    expect(new Set([...requestIds, shown(unsigned.body).requestId]).size).toBe(3);
    expect(gateway.simulator.requests()).toHaveLength(3);
  });

  it('stand in the access log by the role and the session that signed', () => {
    const logged = gateway.cloud.accessLog().join('\n');
    for (const { accountId, userId } of [principals.caller, principals.otherCaller])
      expect(logged).toContain(`"callerAccount":"${accountId}","caller":"${userId}"`);
  });

  it('are refused 422 for another order under their own key', async () => {
    const other = await send(principals.caller, '/v1/limit-increases', order(2));
    expect(other.status).toBe(422);
  });
});

describe('nobody else', () => {
  it.each<[string, Credentials, string]>([
    ["with another's secret", { ...principals.caller, secretAccessKey: 'guessed' }, 'execute-api'],
    ['with an unknown key', { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'x' }, 'execute-api'],
    ['with the key of those who do not sign', unsignedPrincipal, 'execute-api'],
    ['with a signature for another service', principals.caller, 'dynamodb'],
  ])('%s gets in', async (_, credentials, service) => {
    const { accessKeyId, secretAccessKey } = credentials;
    const before = gateway.simulator.requests().length;
    const answer = await send(
      { accessKeyId, secretAccessKey: secretAccessKey || 'x' },
      '/v1/limit-increases',
      order(4),
      service,
    );
    expect([answer.status, await answer.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(gateway.simulator.requests()).toHaveLength(before);
  });
});
