import { expect, it } from 'vitest';
import { createGateway } from '../../../submit/gateway.ts';
import { aLimitIncrease } from './builders.ts';
import { playGateway } from './played-gateway.ts';

it('asks for an object by its key, whatever stands in it, and signs', async () => {
  await using played = await playGateway([undefined, aLimitIncrease()]);
  const gateway = createGateway(played.stack);
  const key = 'incoming/x/카드 +%&=.csv';
  expect(await gateway.find(key)).toEqual({ told: undefined });
  expect(await gateway.find(key)).toEqual({ told: aLimitIncrease() });
  const [{ url, headers } = { url: '', headers: {} }] = played.asked;
  const { pathname, searchParams } = new URL(url, played.stack.apiUrl);
  expect([pathname, Object.fromEntries(searchParams)]).toEqual(['/v1/limit-increases', { uploadKey: key, limit: '1' }]);
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIALOCALCALLER00001\/\d{8}\/ap-northeast-2\/execute-api\//,
  );
  expect(headers['x-amz-security-token']).toBe('for a while');
});

it('reads one limit increase, and few of its cards', async () => {
  const settled = aLimitIncrease({ status: 'settled', counts: { total: 1, named: 1 } });
  await using played = await playGateway([settled]);
  expect(await createGateway(played.stack).read(settled.requestId)).toEqual({ told: settled });
  expect(played.asked[0]?.url).toBe(`/v1/limit-increases/${settled.requestId}?limit=1`);
});

it.each([429, 500, 503])('tells a %d as something that passes', async (status) => {
  await using played = await playGateway([status]);
  const answer = await createGateway(played.stack).find('incoming/x.csv');
  expect(answer).toEqual({ unavailable: `${played.stack.apiUrl} answered ${status}: {"message":"played"}` });
});

it('tells a gateway that is not there as something that passes', async () => {
  const gone = await playGateway([]);
  await gone[Symbol.asyncDispose]();
  const answer = await createGateway(gone.stack).find('incoming/x.csv');
  expect(answer).toEqual({ unavailable: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/) });
});

it.each([400, 403, 404])('throws a %d: asking again would not help', async (status) => {
  await using played = await playGateway([status]);
  await expect(createGateway(played.stack).find('incoming/x.csv')).rejects.toThrow(`answered ${status}`);
});

it('throws if no credentials are found', async () => {
  await using played = await playGateway([]);
  const credentials = () => Promise.reject(new Error('Could not load credentials from any providers'));
  const gateway = createGateway({ ...played.stack, credentials });
  await expect(gateway.find('incoming/x.csv')).rejects.toThrow('There are no AWS credentials: Could not load');
  expect(played.asked).toHaveLength(0);
});
