import { describe, expect, it } from 'vitest';
import { createProgressBar } from '../../../submit/progress-bar.ts';
import type { Stage } from '../../../submit/stage.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { aLimitIncrease } from './builders.ts';

const following = (over: Parameters<typeof aLimitIncrease>[0]): Stage => ({
  stage: 'following',
  limitIncrease: aLimitIncrease(over),
});
const settling = (open: number, secondsLeft: number | null): Stage =>
  following({
    status: 'open',
    counts: { total: 1_200, open, named: 1_199 - open, notFound: 1 },
    progress: { secondsLeft },
  });

function drawn(stages: readonly Stage[], { isTTY = true, columns = 120, everyMs = 1_000 } = {}): string {
  const clock = createFixedClock();
  const written: string[] = [];
  const bar = createProgressBar({ write: (text) => written.push(text), isTTY, columns }, clock);
  for (const stage of stages) {
    bar.show(stage);
    clock.advance(everyMs);
  }
  bar.end();
  return written.join('');
}

const redraw = '\r\u001b[2K';
const linesOf = (text: string) => text.split(redraw).map((line) => line.trimEnd());

describe('on a terminal', () => {
  it('draws every stage over the one before, and leaves nothing behind', () => {
    const stages: Stage[] = [
      { stage: 'uploading', bytesSent: 8 * 2 ** 20, bytesTotal: 16 * 2 ** 20 },
      { stage: 'waiting' },
      following({ progress: { rowsRead: 20_000, rowsRejected: 3 } }),
      settling(900, 95),
      following({ status: 'settled', counts: { total: 1_200 } }),
    ];
    expect(linesOf(drawn(stages))).toEqual([
      '',
      `uploading ${'█'.repeat(12)}${'░'.repeat(12)}  50%  8.0 of 16.0 MiB`,
      `waiting   ${'·'.repeat(24)}       for the gateway to take the file up`,
      `reading   ${'·'.repeat(24)}       20,000 rows, 3 rejected`,
      `settling  ${'█'.repeat(6)}${'░'.repeat(18)}  25%  300 of 1,200 cards, 2 min left, 299 named, 1 not found`,
      `reporting ${'█'.repeat(24)} 100%  all is final; the report is being written`,
      '',
    ]);
  });

  it('promises no end while nothing becomes final, and tells the time again when something does', () => {
    const stages = [settling(900, 95), settling(100, 2), settling(100, 2), settling(100, 2), settling(99, 2)];
    const lines = linesOf(drawn(stages, { everyMs: 10_000 })).slice(1, -1);
    const promised = lines.map((line) => line.split(', ')[1]);
    expect(promised).toEqual([
      '2 min left',
      '2 s left',
      '2 s left',
      'the others wait to be asked for again',
      '2 s left',
    ]);
  });

  it('never wraps, however narrow the terminal', () => {
    expect(linesOf(drawn([settling(900, 95)], { columns: 60 }))[1]).toHaveLength(59);
  });

  it('is not full before the last card is final', () => {
    expect(drawn([settling(1, 0.2)])).toContain(' 99%');
  });

  it.each([
    [0, '0 s left'],
    [89, '89 s left'],
    [3_600, '60 min left'],
    [7_300, '2 h 2 min left'],
  ])('tells %d seconds as %s', (seconds, text) => {
    expect(drawn([settling(1, seconds)])).toContain(text);
  });
});

describe('in a file or a pipe', () => {
  const stages: Stage[] = [{ stage: 'waiting' }, settling(1_000, null), settling(900, 95), settling(800, 80)];

  it('writes a line for each new stage, and no control character', () => {
    expect(drawn(stages, { isTTY: false })).toBe(
      'waiting: for the gateway to take the file up\nsettling: 200 of 1,200 cards, 199 named, 1 not found\n',
    );
  });

  it('writes one every ten seconds besides, if there is news', () => {
    const lines = drawn([...stages, settling(800, 80)], { isTTY: false, everyMs: 10_000 })
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => line.split(' cards')[0])).toEqual([
      'waiting: for the gateway to take the file up',
      ...['settling: 200 of 1,200', 'settling: 300 of 1,200', 'settling: 400 of 1,200'],
    ]);
  });
});
