import { expect, it } from 'vitest';
import { follow } from '../../../submit/follow.ts';
import { createGateway, type LimitIncrease } from '../../../submit/gateway.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { aLimitIncrease, aReported } from './builders.ts';
import { type Played, playGateway } from './played-gateway.ts';

const key = 'incoming/x.csv';

async function followed(script: readonly Played[]) {
  await using played = await playGateway(script);
  const clock = createFixedClock();
  const pause = async (ms: number) => clock.advance(ms);
  const deps = { gateway: createGateway(played.stack), clock, pause, everyMs: 1_000, patienceMs: 5_000 };
  const seen: (LimitIncrease | undefined)[] = [];
  try {
    for await (const limitIncrease of follow(deps, key)) seen.push(limitIncrease);
  } catch (error) {
    return { seen, asked: played.asked, error };
  }
  return { seen, asked: played.asked };
}

const open = aLimitIncrease({ status: 'open', counts: { total: 2, open: 2 } });

it('tells each state until the report is written', async () => {
  const states = [undefined, aLimitIncrease(), open, { ...open, status: 'settled' } as const, aReported()];
  const { seen, asked } = await followed(states);
  expect(seen).toEqual(states);
  const routes = asked.map(({ url }) => new URL(url, 'http://x').pathname);
  expect(routes.map((path) => path.endsWith(open.requestId))).toEqual([false, false, true, true, true]);
});

it('bears that the gateway is out of reach for a while', async () => {
  const { seen, error } = await followed([503, open, 503, 429, 503, 500, aReported()]);
  expect([seen, error]).toEqual([[undefined, open, open, open, open, open, aReported()], undefined]);
});

it('gives up on a gateway that stays out of reach, and says what it answered last', async () => {
  const { seen, error } = await followed([open, 503]);
  expect(seen.length).toBeGreaterThan(5);
  expect(error).toMatchObject({ name: 'SubmitFault', message: expect.stringMatching(/though it is uploaded.* 503/) });
});

it('gives up on an object that the gateway never takes up', async () => {
  const { error } = await followed([undefined]);
  expect(error).toMatchObject({ message: expect.stringContaining('has not taken it up') });
});

it('waits as long as it takes for a file that the gateway knows', async () => {
  const { seen, error } = await followed([...Array.from({ length: 50 }, () => open), aReported()]);
  expect([seen.length, error]).toEqual([51, undefined]);
});
