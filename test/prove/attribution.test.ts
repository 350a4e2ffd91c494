import { expect, it } from 'vitest';
import { runAttributionCases } from './attribution-cases.ts';
import { runHistories } from './attribution-run.ts';

// The short form of `npm run prove -- --trouble attribution`.

it('attributes cards as their histories prove, or leave open', async () => {
  expect((await runAttributionCases()).broken).toEqual([]);
});

it('never claims a corporation or an outsider against the truth in 150 random histories', async () => {
  const { broken, figures } = await runHistories(1, 150);
  expect(broken).toEqual([]);
  expect(figures).toMatchObject({ elsewhere: expect.any(Number), presumed_elsewhere: expect.any(Number) });
  expect(figures).toHaveProperty('this_corporation, by us');
});
