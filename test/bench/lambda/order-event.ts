import { randomUUID } from 'node:crypto';
import { eventOf } from '../../../infra/local/http-api/event.ts';
import { principals } from '../../../infra/local/http-api/principals.ts';
import { aCorporation, aPar } from '../../support/builders.ts';

/** What API Gateway hands on of a POST of one card; every time another card under another key. */
export function createOrderEvents(): () => object {
  let cards = 0;
  return () => {
    cards += 1;
    return orderEvent(cards);
  };
}

function orderEvent(card: number): object {
  const body = Buffer.from(JSON.stringify({ ...aCorporation(), parList: [aPar(card)] }));
  return eventOf(
    {
      requestId: randomUUID(),
      receivedAt: Date.now(),
      method: 'POST',
      path: '/v1/limit-increases',
      rawQuery: '',
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body,
    },
    {
      apiId: 'bench',
      account: '111122223333',
      region: 'ap-northeast-2',
      routeKey: 'POST /v1/limit-increases',
      pathParameters: {},
      principal: principals.caller,
    },
  );
}
