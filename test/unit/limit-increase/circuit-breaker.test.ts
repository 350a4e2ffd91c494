import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { nothingNoted } from '../../../shared/limit-increase/platform-state.ts';
import { believedMs, chunk, openBreakers } from './breaker-fixture.ts';
import { closeCircuit, openCircuit } from './circuit.ts';
import { keyRefused, refusedAs, timeout } from './settle-world.ts';

const answer = refusedAs('not_found', '003_021');

let fixture: ReturnType<typeof openBreakers>;
beforeEach(() => {
  fixture = openBreakers();
});

describe('what a process knows of the platform', () => {
  it('is read once, whoever asks, and believed for five seconds', async () => {
    const { breaker, clock, calls } = fixture;
    await Promise.all([breaker.current(), breaker.current()]);
    clock.advance(believedMs - 1);
    await breaker.current();
    expect(calls('readPlatformState')).toBe(1);
    clock.advance(1);
    await breaker.current();
    expect(calls('readPlatformState')).toBe(2);
  });

  it('is answered at once as last read, and read anew meanwhile', async () => {
    const { breaker, clock, ledger, calls } = fixture;
    await breaker.current();
    await openCircuit(ledger, clock());
    expect([breaker.known().open, calls('readPlatformState')]).toEqual([undefined, 1]);
    clock.advance(believedMs);
    expect(breaker.known().open).toBeUndefined();
    await setImmediate();
    expect([breaker.known().open?.reason, calls('readPlatformState')]).toEqual(['no_answer', 2]);
  });

  it('is that the circuit is closed where the ledger cannot be asked, and nothing of its up time', async () => {
    const { breaker, clock, ledger, fails, notices } = fixture;
    await breaker.current();
    expect(breaker.upTimeMs()).toBe(clock());
    await openCircuit(ledger, clock());
    clock.advance(believedMs);
    expect((await breaker.current()).open).toBeDefined();
    fails.add('readPlatformState');
    clock.advance(believedMs);
    expect((await breaker.current()).open).toBeUndefined();
    expect(breaker.upTimeMs()).toBeUndefined();
    expect(notices).toMatchObject([{ notice: 'platform_unread' }]);
  });

  it('keeps when calls were taken again, where the ledger cannot be asked', async () => {
    const { breaker, clock, ledger, fails } = fixture;
    const openedAt = clock();
    await openCircuit(ledger, openedAt);
    await closeCircuit(ledger, clock.advance(60_000));
    const known = await breaker.current();
    fails.add('readPlatformState');
    clock.advance(believedMs);
    expect(await breaker.current()).toEqual(known);
    expect(known).toMatchObject({ recoveredAt: openedAt + 60_000, openTotalMs: 60_000 });
  });
});

describe('an opening', () => {
  it('follows the third chunk that fails for the first time', async () => {
    const { failing, ledger, notices, breaker, clock } = fixture;
    await failing(2);
    expect(notices).toEqual([]);
    await failing(1, 3);
    const open = { reason: 'no_answer', openedAt: clock(), turns: 0, lastTurnAt: clock() };
    expect((await ledger.readPlatformState()).open).toEqual(open);
    expect(breaker.known().open).toEqual(open);
    expect(breaker.upTimeMs()).toBeUndefined();
    expect(notices).toEqual([{ notice: 'platform_down', reason: 'no_answer', lastAnswerAt: undefined }]);
  });

  it('follows chunks of several processes that fail', async () => {
    const { failing, process, breaker } = fixture;
    await failing(1, 1, process());
    await failing(1, 2, process());
    await failing(1, 3);
    expect(breaker.known().open).toBeDefined();
  });

  it('does not follow chunks that fail again, and that costs no access to the ledger', async () => {
    const { ended, breaker, calls } = fixture;
    for (let n = 1; n <= 9; n += 1) await ended(timeout, { chunk: chunk(n), isFirstFailure: false });
    expect([calls('readPlatformState'), calls('writePlatformState')]).toEqual([0, 0]);
    expect(breaker.known().open).toBeUndefined();
  });

  it('does not follow when another process had an answer in between', async () => {
    const { failing, process, ended, breaker } = fixture;
    await failing(2);
    const other = process();
    await other.current();
    await ended(answer, { chunk: chunk(50) }, other);
    await failing(1, 3);
    expect(breaker.known().open).toBeUndefined();
    expect(breaker.known().failures).toMatchObject([{ chunk: chunk(3) }]);
  });

  it('is not brought nearer by what says nothing of the platform', async () => {
    const { failing, ended, notices } = fixture;
    await failing(2);
    await ended({ kind: 'not_sent', reason: 'no_time_left' }, { chunk: chunk(3) });
    await ended({ kind: 'found_named' }, { chunk: chunk(4) });
    expect(notices).toEqual([]);
    await failing(1, 5);
    expect(notices).toMatchObject([{ notice: 'platform_down' }]);
  });

  it('is written once, however much fails while the circuit is open', async () => {
    const { failing, calls, noticesOf } = fixture;
    await failing(9);
    expect(calls('writePlatformState')).toBe(3);
    expect(noticesOf('platform_down')).toHaveLength(1);
  });

  // failures: F099
  it('is told again when its reason changes: an outage that turns into refused keys', async () => {
    const { failing, ended, noticesOf, breaker } = fixture;
    await failing(3);
    await ended(keyRefused, { chunk: chunk(1) });
    expect(breaker.known().open?.reason).toBe('credentials_refused');
    await ended(timeout, { isFirstFailure: false });
    expect(breaker.known().open?.reason).toBe('no_answer');
    const reasons = ['no_answer', 'credentials_refused', 'no_answer'];
    expect(noticesOf('platform_down')).toMatchObject(reasons.map((reason) => ({ reason })));
  });

  it('is told with the moment of the last answer that is noted', async () => {
    const { failing, ended, noticesOf, clock } = fixture;
    await failing(1);
    await ended(answer, { chunk: chunk(50) });
    const lastAnswerAt = clock();
    clock.advance(1_000);
    await failing(3, 2);
    expect(noticesOf('platform_down')).toMatchObject([{ lastAnswerAt }]);
  });

  it('is noted with the next failure if the ledger could not be told', async () => {
    const { failing, fails, breaker, notices } = fixture;
    await failing(2);
    fails.add('writePlatformState');
    await failing(1, 3);
    expect(breaker.known().open).toBeUndefined();
    fails.clear();
    await failing(1, 4);
    expect(breaker.known().open).toBeDefined();
    expect(notices.map(({ notice }) => notice)).toEqual(['platform_unread', 'platform_down']);
  });
});

describe('the end of an opening', () => {
  it('is an answer to a call that was sent after it; the time until then is no up time', async () => {
    const { failing, ended, breaker, clock, ledger, notices } = fixture;
    await breaker.current();
    const before = breaker.upTimeMs() ?? Number.NaN;
    await failing(3);
    const openedAt = clock();
    clock.advance(60_000);
    await ended(answer, { sentAt: openedAt - 1 });
    expect(breaker.known().open).toBeDefined();
    await ended(answer, { sentAt: openedAt });
    const closed = { recoveredAt: openedAt + 60_000, openTotalMs: 60_000 };
    expect([breaker.known(), await ledger.readPlatformState()]).toMatchObject([closed, closed]);
    expect(breaker.known().open).toBeUndefined();
    expect(breaker.upTimeMs()).toBe(before);
    expect(notices.at(-1)).toEqual({ notice: 'platform_up', downMs: 60_000 });
  });

  it('is noted once, and told by the process that noted it', async () => {
    const { failing, process, ended, breaker, clock, ledger, noticesOf } = fixture;
    await failing(3);
    const other = process();
    await other.current();
    clock.advance(1_000);
    await ended(answer, { chunk: chunk(8) }, other);
    clock.advance(1);
    await ended(answer, { chunk: chunk(9) });
    expect(await ledger.readPlatformState()).toMatchObject({ openTotalMs: 1_000 });
    expect(breaker.known().open).toBeUndefined();
    expect(noticesOf('platform_up')).toHaveLength(1);
  });

  it('is not believed here either if the ledger could not be told', async () => {
    const { failing, ended, breaker, fails } = fixture;
    await failing(3);
    fails.add('writePlatformState');
    await ended(answer);
    expect(breaker.known().open).toBeDefined();
  });
});

describe('an answer while nothing is noted', () => {
  it('costs no access to the ledger, however many there are', async () => {
    const { ended, breaker, calls, ledger, clock } = fixture;
    await breaker.current();
    clock.advance(believedMs);
    for (let n = 1; n <= 20; n += 1) await ended(answer, { chunk: chunk(n) });
    expect([calls('readPlatformState'), calls('writePlatformState')]).toEqual([1, 0]);
    expect(await ledger.readPlatformState()).toEqual(nothingNoted);
  });

  it('is written by a process that has read of a failure', async () => {
    const { failing, process, ended, ledger } = fixture;
    await failing(1);
    const other = process();
    await other.current();
    await ended(answer, { chunk: chunk(9) }, other);
    expect(await ledger.readPlatformState()).toMatchObject({
      version: 2,
      failures: [],
      answers: [{ chunk: chunk(9) }],
    });
  });

  it('is known to its process: of the latest call of another chunk that was answered', async () => {
    const { ended, breaker, clock } = fixture;
    expect(breaker.othersAnsweredAt(chunk(1))).toBeUndefined();
    await ended(answer, { chunk: chunk(1) });
    expect(breaker.othersAnsweredAt(chunk(1))).toBeUndefined();
    expect(breaker.othersAnsweredAt(chunk(2))).toBe(clock());
  });
});
