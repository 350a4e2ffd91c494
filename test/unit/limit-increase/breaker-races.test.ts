import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../../shared/limit-increase/circuit-breaker.ts';
import { chunk, corporation, openBreakers } from './breaker-fixture.ts';
import { openCircuit } from './circuit.ts';

let fixture: ReturnType<typeof openBreakers>;
beforeEach(() => {
  fixture = openBreakers();
});

describe('two processes that write at once', () => {
  it('both have their say: the second writes again over what the first wrote', async () => {
    const { failing, meanwhile, process, breaker, ledger } = fixture;
    await failing(1);
    const other = process();
    meanwhile(() => failing(1, 2, other));
    await failing(1, 3);
    expect(breaker.known().open).toBeDefined();
    expect((await ledger.readPlatformState()).version).toBe(3);
  });

  it('open the circuit once, and one of them tells of it', async () => {
    const { failing, meanwhile, process, noticesOf, clock } = fixture;
    await failing(2);
    const other = process();
    meanwhile(async () => {
      clock.advance(1);
      await failing(1, 3, other);
    });
    await failing(1, 4);
    expect(noticesOf('platform_down')).toHaveLength(1);
  });

  it('do not have the same turn, though they read the same state', async () => {
    const { ended, process, turn, clock, breaker } = fixture;
    await ended({ kind: 'limited', httpStatus: 429, breaches: [] });
    clock.advance(40_000);
    const other = process();
    await Promise.all([breaker.current(), other.current()]);
    const turns = [await turn({ chunk: chunk(1) }), await turn({ chunk: chunk(2) }, other)];
    expect(turns).toEqual([{ at: clock() + 20_000 }, { at: clock() + 27_000 }]);
  });

  it('give no turn to one whose every write another came before', async () => {
    const { ledger, clock } = fixture;
    await openCircuit(ledger, clock() - 60_000);
    const contested = createCircuitBreaker({
      ledger: { ...ledger, writePlatformState: async () => 'stands' as const },
      ...{ clock, notify: () => {}, rules: { backoffMs: [60_000], callTimeoutMs: 10_000 }, nameWrite: randomUUID },
    });
    const wanted = { chunk: chunk(1), corporation, isOrder: false, waitMs: 30_000 };
    expect(await contested.requestTurn(wanted)).toHaveProperty('until');
  });

  it('give up after eight writes that others came before, and say nothing', async () => {
    const { ledger, clock, notices } = fixture;
    let writes = 0;
    const contested = createCircuitBreaker({
      ...{ clock, notify: (notice) => void notices.push(notice), rules: { backoffMs: [60_000], callTimeoutMs: 1 } },
      nameWrite: randomUUID,
      ledger: {
        ...ledger,
        writePlatformState: async () => {
          writes += 1;
          return 'stands' as const;
        },
      },
    });
    await fixture.failing(1, 1, contested);
    expect([writes, notices]).toEqual([8, []]);
  });
});
