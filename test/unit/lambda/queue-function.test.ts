import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { queueFunction } from '../../../shared/lambda/queue-function.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import { aPar } from '../../support/builders.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { lambdaContext } from '../functions/api-event.ts';
import { kept, queueEvent } from '../functions/queue-event.ts';
import { listening } from '../observability/listening.ts';

const message = z.object({ card: z.string() });

function aFunction(handle: (card: string, deadline: Instant) => Promise<void>) {
  const { observability, lines, text } = listening();
  const stack = { observability, clock: createFixedClock() };
  const handler = queueFunction(stack, { message, handle: ({ card }, deadline) => handle(card, deadline) });
  return { run: (event: unknown) => handler(event, lambdaContext(60_000)), lines, text };
}

const broken = new Error('it broke');
const breakAt =
  (...cards: readonly string[]) =>
  async (card: string): Promise<void> => {
    if (cards.includes(card)) throw broken;
  };

describe('a function that a queue wakes', () => {
  it('gets each message and a deadline two seconds before Lambda ends it', async () => {
    const got: unknown[] = [];
    const { run } = aFunction(async (card, deadline) => {
      got.push([card, deadline]);
    });
    expect(await run(queueEvent({ card: 'a' }, { card: 'b', newer: true }))).toEqual(kept());
    expect(got).toEqual([
      ['a', aMoment + 58_000],
      ['b', aMoment + 58_000],
    ]);
  });

  it('keeps only the messages that failed, and logs and counts each', async () => {
    const { run, lines } = aFunction(breakAt('b'));
    expect(await run(queueEvent({ card: 'a' }, { card: 'b' }, { card: 'c' }))).toEqual(kept(2));
    const error = expect.objectContaining({ message: 'it broke' });
    const { itemIdentifier: messageId } = kept(2).batchItemFailures[0] ?? {};
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'ERROR', event: 'message_failed', messageId, receives: 2, error }),
      expect.objectContaining({ Faults: 1 }),
    ]);
  });

  // failures: F026
  it('keeps every message when every one failed', async () => {
    const { run } = aFunction(breakAt('a', 'b'));
    expect(await run(queueEvent({ card: 'a' }, { card: 'b' }))).toEqual(kept(1, 2));
  });

  it.each([
    ['no JSON', `{"card":"${aPar()}`, 'is no JSON'],
    ['of another shape', { card: 1, par: aPar() }, 'card Invalid input: expected string, received number'],
    ['empty', '', 'is no JSON'],
    ['null', 'null', 'Invalid input: expected object, received null'],
    // failures: F025
  ])('keeps a message that is %s, with a reason and without its body, and goes on', async (_, body, reason) => {
    const done: string[] = [];
    const { run, lines, text } = aFunction(async (card) => {
      done.push(card);
    });
    expect(await run(queueEvent(body, { card: 'b' }))).toEqual(kept(1));
    expect(done).toEqual(['b']);
    expect(lines()).toEqual([expect.objectContaining({ level: 'ERROR', event: 'message_unreadable', reason })]);
    expect(text()).not.toContain(aPar().slice(0, 12));
  });

  it('throws when it is woken by something else than a queue, so that nothing is taken for done', async () => {
    const { run, lines } = aFunction(breakAt());
    await expect(run({ detail: 'Scheduled Event' })).rejects.toThrow();
    expect(lines()).toEqual([expect.objectContaining({ event: 'run_failed' }), expect.objectContaining({ Faults: 1 })]);
  });
});
