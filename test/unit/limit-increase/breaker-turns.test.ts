import { beforeEach, describe, expect, it } from 'vitest';
import { corporationIdOf, spacingMs } from '../../../shared/limit-increase/circuit-breaker.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCorporation } from '../../support/builders.ts';
import { believedMs, chunk, corporation, openBreakers, otherCorporation } from './breaker-fixture.ts';
import { backoffMs, keyRefused, refusedAs } from './settle-world.ts';

const answerWith = (keyId: string): CallOutcome => ({ ...refusedAs('not_found', '003_021'), keyId }) as CallOutcome;
const refusedWith = (keyId: string): CallOutcome => ({ ...keyRefused, keyId }) as CallOutcome;
const limited = (retryAfterMs?: number): CallOutcome => ({
  ...{ kind: 'limited', httpStatus: 429, breaches: [] },
  retryAfterMs,
});

let fixture: ReturnType<typeof openBreakers>;
beforeEach(() => {
  fixture = openBreakers();
});

describe('a turn', () => {
  it('is had at once, with no write, where nothing is noted', async () => {
    const { turn, clock, calls, breaker } = fixture;
    expect(await turn()).toEqual({ at: clock() });
    expect(calls('writePlatformState')).toBe(0);
    expect([breaker.isClear(corporation), await breaker.isBlocked(corporation)]).toEqual([true, false]);
  });

  it('is had by one of two processes while the circuit is open', async () => {
    const { failing, turn, process, clock, breaker, calls } = fixture;
    await failing(3);
    const other = process();
    clock.advance(14_999);
    expect(await turn()).toMatchObject({ why: 'circuit_open' });
    clock.advance(1);
    await Promise.all([breaker.current(), other.current()]);
    const writes = calls('writePlatformState');
    const turns = await Promise.all([turn(), turn({ chunk: chunk(2) }, other)]);
    expect(turns.filter((one) => 'at' in one)).toEqual([{ at: clock() }]);
    expect(turns.filter((one) => 'until' in one)).toEqual([{ until: clock() + 30_000, why: 'circuit_open' }]);
    expect(calls('writePlatformState')).toBe(writes + 2);
    expect(breaker.isClear(corporation)).toBe(false);
    expect(await breaker.isBlocked(corporation)).toBe(true);
  });

  it('is waited for by an order for as long as a call may take, and no longer', async () => {
    const { failing, turn, clock } = fixture;
    await failing(3);
    const order = { isOrder: true, waitMs: spacingMs(10_000) };
    expect(await turn(order)).toEqual({ at: clock() + 10_500 });
    expect(await turn({ ...order, chunk: chunk(2) })).toEqual({ until: clock() + 21_000, why: 'circuit_open' });
  });

  it('is had at once where the ledger cannot be asked, or told', async () => {
    const { failing, turn, clock, fails } = fixture;
    await failing(3);
    clock.advance(60_000);
    fails.add('writePlatformState');
    expect(await turn()).toEqual({ at: clock() });
    fails.add('readPlatformState');
    clock.advance(believedMs);
    expect(await turn()).toEqual({ at: clock() });
  });

  it.each([
    [1_000, 10_000],
    [9_500, 10_000],
    [10_000, 10_500],
    [20_000, 20_500],
  ])('comes, where a call may take %i ms, %i ms after the last one at the earliest', (callTimeoutMs, ms) => {
    expect(spacingMs(callTimeoutMs)).toBe(ms);
  });
});

describe('a corporation', () => {
  it('is one whatever its name is, and another with another number', () => {
    const id = corporationIdOf(corporation);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(corporationIdOf(aCorporation({ corporationName: '(주)코나', affiliateId: undefined }))).toBe(id);
    expect(corporationIdOf(aCorporation({ registrationNumber: '1101117125720' }))).not.toBe(id);
    expect(corporationIdOf(aCorporation({ bizLicenseNo: '1348672683' }))).not.toBe(id);
  });

  it('that is refused while others are answered backs off alone', async () => {
    const { ended, breaker, turn, clock } = fixture;
    await ended(answerWith('key-1'), { chunk: chunk(9), corporation: otherCorporation });
    const until = clock() + backoffMs[0];
    expect(await ended(refusedWith('key-1'))).toEqual({ own: true, until });
    expect(await turn()).toEqual({ until, why: 'corporation' });
    expect(await turn({ corporation: otherCorporation })).toEqual({ at: clock() });
    expect([breaker.isClear(corporation), breaker.isClear(otherCorporation)]).toEqual([false, true]);
    expect(await breaker.isBlocked(corporation)).toBe(true);
    expect(await breaker.isBlocked(otherCorporation)).toBe(false);
    clock.advance(backoffMs[0]);
    expect(await turn()).toEqual({ at: clock() });
  });

  it('is refused for itself by what its own process had answered, though nobody noted that', async () => {
    const { ended, breaker, calls, process } = fixture;
    await breaker.current();
    await ended(answerWith('key-1'), { corporation: otherCorporation });
    expect(calls('writePlatformState')).toBe(0);
    expect(await ended(refusedWith('key-1'), {}, process())).toEqual({ own: false });
    expect(await ended(refusedWith('key-1'))).toMatchObject({ own: true });
  });

  it('is not refused for itself by an answer with another key', async () => {
    const { ended } = fixture;
    await ended(answerWith('key-1'), { chunk: chunk(9), corporation: otherCorporation });
    expect(await ended(refusedWith('key-2'))).toEqual({ own: false });
  });

  it('needs no turn after it was answered, though that is not noted yet', async () => {
    const { ended, breaker, clock } = fixture;
    await ended(answerWith('key-1'), { chunk: chunk(9), corporation: otherCorporation });
    await ended(refusedWith('key-1'));
    expect(breaker.isClear(corporation, clock())).toBe(true);
    await ended(answerWith('key-1'));
    expect(breaker.isClear(corporation)).toBe(true);
  });
});

describe('refused keys', () => {
  it('open the circuit after three chunks, and say nothing while a newer key is tried', async () => {
    const { ended, noticesOf, breaker } = fixture;
    for (let n = 1; n <= 5; n += 1)
      expect(await ended(refusedWith('old'), { chunk: chunk(n), newKey: true })).toBeUndefined();
    expect(breaker.known().refusals).toEqual([]);
    for (let n = 1; n <= 3; n += 1) await ended(refusedWith('new'), { chunk: chunk(n) });
    expect(noticesOf('platform_down')).toMatchObject([{ reason: 'credentials_refused' }]);
  });

  it('of a corporation are no more our configuration once another is answered with the same key', async () => {
    const { ended, breaker, clock, noticesOf } = fixture;
    for (let n = 1; n <= 3; n += 1) await ended(refusedWith('key-1'), { chunk: chunk(n) });
    clock.advance(15_000);
    await ended(answerWith('key-1'), { chunk: chunk(9), corporation: otherCorporation });
    expect(breaker.known().open).toBeUndefined();
    expect(breaker.known().refusedCorporations).toMatchObject([{ corporation: corporationIdOf(corporation) }]);
    expect(noticesOf('platform_up')).toHaveLength(1);
  });
});

describe('a 429', () => {
  it('slows all processes down, and is neither an answer nor a failure', async () => {
    const { failing, ended, breaker, clock, process, turn } = fixture;
    await failing(2);
    await ended(limited(), { chunk: chunk(3) });
    expect(breaker.known()).toMatchObject({ failures: [{}, {}], pace: { nextAt: clock() + 60_000 } });
    expect(breaker.known().open).toBeUndefined();
    const other = process();
    expect(await turn({}, other)).toEqual({ until: clock() + 60_000, why: 'pace' });
    expect([other.isClear(corporation), await other.isBlocked(corporation)]).toEqual([false, false]);
    clock.advance(30_000);
    expect(await turn({}, other)).toEqual({ at: clock() + 30_000 });
  });

  it('does not close an open circuit', async () => {
    const { failing, ended, breaker } = fixture;
    await failing(3);
    await ended(limited(90_000));
    expect(breaker.known().open).toBeDefined();
  });

  it('leaves a session no further call: an answer under a pace needs a turn for the next', async () => {
    const { ended, breaker, clock } = fixture;
    await ended(limited());
    expect(breaker.isClear(corporation, clock())).toBe(false);
  });
});
