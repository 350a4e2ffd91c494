import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { PlatformLedger } from '../../../shared/limit-increase/platform-state.ts';
import { createPlatformWatch, type PlatformWatch } from '../../../shared/limit-increase/platform-watch.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { aRequestId } from '../../support/builders.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { createMemoryLedger } from '../../support/memory-ledger.ts';
import { keyRefused, refusedAs, timeout } from './settle-world.ts';

const believedMs = 5_000;
const answer = refusedAs('not_found', '003_021');
const chunk = (chunkNumber: number) => ({ requestId: aRequestId, chunkNumber });

function openWorld() {
  const clock = createFixedClock();
  const ledger = createMemoryLedger();
  const notices: Notice[] = [];
  const [fails, calls] = [new Set<keyof PlatformLedger>(), new Map<string, number>()];
  const counted =
    <Args extends unknown[], Said>(verb: keyof PlatformLedger, act: (...args: Args) => Promise<Said>) =>
    async (...args: Args): Promise<Said> => {
      calls.set(verb, (calls.get(verb) ?? 0) + 1);
      if (fails.has(verb)) throw new Error('away');
      return act(...args);
    };
  const seen: PlatformLedger = {
    readPlatformState: counted('readPlatformState', ledger.readPlatformState),
    declareDown: counted('declareDown', ledger.declareDown),
    takeProbe: counted('takeProbe', ledger.takeProbe),
    declareUp: counted('declareUp', ledger.declareUp),
  };
  const watchAs = () => createPlatformWatch({ ledger: seen, clock, notify: (notice) => void notices.push(notice) });
  const watch = watchAs();
  const hears = (outcome: CallOutcome, over: Partial<Parameters<PlatformWatch['heard']>[0]> = {}) =>
    watch.heard({ chunk: chunk(1), sentAt: clock(), outcome, newKey: false, ...over });
  return {
    ...{ clock, ledger, notices, fails, watch, otherProcess: watchAs, hears },
    calls: (verb: keyof PlatformLedger): number => calls.get(verb) ?? 0,
    /** Calls for so many different chunks end without an answer. */
    async failing(chunks: number, from = 1): Promise<void> {
      for (let n = from; n < from + chunks; n += 1) await hears(timeout, { chunk: chunk(n) });
    },
  };
}

let world: ReturnType<typeof openWorld>;
beforeEach(() => {
  world = openWorld();
});

describe('what a process knows of the platform’s health', () => {
  it('is read once, whoever asks, and believed for five seconds', async () => {
    const { watch, clock, calls } = world;
    await Promise.all([watch.current(), watch.current()]);
    clock.advance(believedMs - 1);
    await watch.current();
    expect(calls('readPlatformState')).toBe(1);
    clock.advance(1);
    await watch.current();
    expect(calls('readPlatformState')).toBe(2);
  });

  it('is answered at once as last read, and read anew meanwhile', async () => {
    const { watch, clock, ledger, calls } = world;
    await watch.current();
    await ledger.declareDown({ reason: 'no_answer', since: clock(), nextProbeAt: clock() });
    expect([watch.known().state, calls('readPlatformState')]).toEqual(['up', 1]);
    clock.advance(believedMs);
    expect(watch.known().state).toBe('up');
    await setImmediate();
    expect([watch.known().state, calls('readPlatformState')]).toEqual(['down', 2]);
  });

  it('is that it is up where the ledger cannot be asked, and nothing of its up time', async () => {
    const { watch, clock, ledger, fails, notices } = world;
    await watch.current();
    expect(watch.upTimeMs()).toBe(clock());
    await ledger.declareDown({ reason: 'no_answer', since: clock(), nextProbeAt: clock() });
    clock.advance(believedMs);
    expect((await watch.current()).state).toBe('down');
    fails.add('readPlatformState');
    clock.advance(believedMs);
    expect(await watch.current()).toEqual({ state: 'up', downTotalMs: 0 });
    expect(watch.upTimeMs()).toBeUndefined();
    expect(notices).toMatchObject([{ notice: 'platform_unread' }]);
  });

  it('keeps when it came up, where the ledger cannot be asked', async () => {
    const { watch, clock, ledger, fails } = world;
    const since = clock();
    await ledger.declareDown({ reason: 'no_answer', since, nextProbeAt: since });
    await ledger.declareUp({ since, at: clock.advance(60_000) });
    const told = await watch.current();
    fails.add('readPlatformState');
    clock.advance(believedMs);
    expect(await watch.current()).toEqual(told);
    expect(told).toMatchObject({ since: since + 60_000, downTotalMs: 60_000 });
  });
});

describe('an outage, as one process hears it', () => {
  it('is declared at the third chunk in a row', async () => {
    const { failing, ledger, notices, watch, clock } = world;
    await failing(2);
    expect(notices).toEqual([]);
    await failing(1, 3);
    const down = { state: 'down', reason: 'no_answer', since: clock(), nextProbeAt: clock() + 15_000, probes: 0 };
    expect(await ledger.readPlatformState()).toMatchObject(down);
    expect(watch.known()).toMatchObject(down);
    expect(watch.upTimeMs()).toBeUndefined();
    expect(notices).toEqual([{ notice: 'platform_down', reason: 'no_answer' }]);
  });

  it('is declared too if the platform’s state was read in between, and had not changed', async () => {
    const { failing, watch, clock } = world;
    await watch.current();
    await failing(2);
    clock.advance(believedMs);
    await watch.current();
    await failing(1, 3);
    expect(watch.known().state).toBe('down');
  });

  it('is not counted on from what says nothing of it', async () => {
    const { failing, hears, notices } = world;
    await failing(2);
    await hears({ kind: 'not_sent', reason: 'no_time_left' }, { chunk: chunk(3) });
    expect(notices).toEqual([]);
    await failing(1, 4);
    expect(notices).toMatchObject([{ notice: 'platform_down' }]);
  });

  it('is declared once, however much fails in it', async () => {
    const { failing, hears, calls } = world;
    await failing(9);
    await hears(keyRefused);
    expect(calls('declareDown')).toBe(1);
  });

  it('is declared for refused keys unless there are new ones', async () => {
    const { hears, notices } = world;
    await hears(keyRefused, { newKey: true });
    expect(notices).toEqual([]);
    await hears(keyRefused);
    expect(notices).toEqual([{ notice: 'platform_down', reason: 'credentials_refused' }]);
  });

  it('is taken as it stands if another process was first', async () => {
    const { failing, ledger, clock, watch, notices } = world;
    const since = clock() - 3_000;
    await ledger.declareDown({ reason: 'credentials_refused', since, nextProbeAt: since + 15_000 });
    await failing(3);
    expect(watch.known()).toMatchObject({ state: 'down', reason: 'credentials_refused', since });
    expect(notices).toEqual([]);
  });

  it('is declared with the next failure if the ledger could not be told', async () => {
    const { failing, fails, watch, notices } = world;
    fails.add('declareDown');
    await failing(3);
    expect(watch.known().state).toBe('up');
    fails.clear();
    await failing(1, 4);
    expect(watch.known().state).toBe('down');
    expect(notices.map(({ notice }) => notice)).toEqual(['platform_unread', 'platform_down']);
  });

  it.each([0, 60_000])('does not begin with what failed before another that others ended after %i ms', async (ms) => {
    const { failing, ledger, clock, watch, notices } = world;
    await watch.current();
    await failing(2);
    const since = clock();
    await ledger.declareDown({ reason: 'no_answer', since, nextProbeAt: since });
    if (ms > 0) {
      clock.advance(believedMs);
      expect((await watch.current()).state).toBe('down');
    }
    await ledger.declareUp({ since, at: clock.advance(ms) });
    clock.advance(believedMs);
    expect((await watch.current()).state).toBe('up');
    await failing(1, 3);
    expect(notices).toEqual([]);
  });
});

describe('the end of an outage', () => {
  it('is an answer to a call that was sent in it; its time is no up time', async () => {
    const { failing, hears, watch, clock, ledger, notices } = world;
    await watch.current();
    const before = watch.upTimeMs() ?? Number.NaN;
    await failing(3);
    const since = clock();
    clock.advance(60_000);
    await hears(answer, { sentAt: since - 1 });
    expect(watch.known().state).toBe('down');
    await hears(answer, { sentAt: since });
    const up = { state: 'up', since: since + 60_000, downTotalMs: 60_000 };
    expect([watch.known(), await ledger.readPlatformState()]).toMatchObject([up, up]);
    expect(watch.upTimeMs()).toBe(before);
    expect(notices.at(-1)).toEqual({ notice: 'platform_up', downMs: 60_000 });
  });

  it('tells nothing of the up time where the outages before it could not be read', async () => {
    const { failing, hears, watch, clock, ledger, fails } = world;
    await watch.current();
    const before = clock();
    await ledger.declareDown({ reason: 'no_answer', since: before, nextProbeAt: before });
    await ledger.declareUp({ since: before, at: clock.advance(3_600_000) });
    fails.add('readPlatformState');
    await watch.current();
    await failing(3);
    clock.advance(1_000);
    await hears(answer, { sentAt: clock() });
    expect([watch.known().state, watch.upTimeMs()]).toEqual(['up', undefined]);
    fails.clear();
    clock.advance(believedMs);
    await watch.current();
    expect(watch.upTimeMs()).toBe(clock() - 3_601_000);
  });

  it('is not told by an answer while the platform is up', async () => {
    const { hears, watch, calls } = world;
    await watch.current();
    await hears(answer);
    expect(calls('declareUp')).toBe(0);
  });

  it('is taken as it stands if another process was first', async () => {
    const { failing, hears, watch, clock, ledger, notices } = world;
    await failing(3);
    const since = clock();
    await ledger.declareUp({ since, at: since + 1_000 });
    clock.advance(2_000);
    await hears(answer);
    expect(watch.known()).toMatchObject({ state: 'up', since: since + 1_000, downTotalMs: 1_000 });
    expect(notices.map(({ notice }) => notice)).toEqual(['platform_down']);
  });

  it('is not believed here either if the ledger could not be told', async () => {
    const { failing, hears, watch, fails } = world;
    await failing(3);
    fails.add('declareUp');
    await hears(answer);
    expect(watch.known().state).toBe('down');
  });
});

describe('a probe', () => {
  it('is nobody’s while the platform is up', async () => {
    const { watch, calls } = world;
    await watch.current();
    expect([await watch.takeProbe(chunk(1)), calls('takeProbe')]).toEqual([false, 0]);
  });

  it('is taken when it is due, by one worker, and the next is due later', async () => {
    const { failing, watch, otherProcess, clock } = world;
    await failing(3);
    clock.advance(14_999);
    await watch.current();
    expect(await watch.takeProbe(chunk(1))).toBe(false);
    clock.advance(1);
    const other = otherProcess();
    await other.current();
    expect(await watch.takeProbe(chunk(1))).toBe(true);
    expect(await other.takeProbe(chunk(2))).toBe(false);
    const taken = { probes: 1, lastProbed: chunk(1), nextProbeAt: clock() + 30_000 };
    expect(watch.known()).toMatchObject(taken);
    expect(await watch.takeProbe(chunk(3))).toBe(false);
  });

  it('is not taken if the ledger cannot be told', async () => {
    const { failing, watch, clock, fails } = world;
    await failing(3);
    clock.advance(15_000);
    fails.add('takeProbe');
    expect(await watch.takeProbe(chunk(1))).toBe(false);
  });
});
