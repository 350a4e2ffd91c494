import type { OnFault } from './on-fault.ts';
import type { Timeline } from './timeline.ts';

export type QueueDeps<Message> = {
  readonly timeline: Timeline;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly visibilityMs: number;
  /** How many messages are dealt with at once. */
  readonly atOnceMax?: number | undefined;
  /** Of all messages, how many come twice. */
  readonly doubleShare: () => number;
  /** Of rings, how many it takes only in part, or not at all. */
  readonly refusedShare: () => number;
  readonly onFault: OnFault;
  /** Whether the message was dealt with. */
  readonly wake: (message: Message) => Promise<boolean>;
};

const receivesMax = 5;
const delayMsMax = 3_000;

/** A queue as SQS promises it: in any order, at least once, again after its visibility if nobody dealt with it. */
export function createSimulatedQueue<Message>(deps: QueueDeps<Message>) {
  const { timeline, random, visibilityMs, atOnceMax = Infinity, doubleShare, refusedShare, onFault, wake } = deps;
  const deadLetters: Message[] = [];
  const waiting: (() => void)[] = [];
  let dealtWith = 0;

  /** Nobody receives a message before there is room for it. */
  async function deliver(message: Message, receives: number): Promise<void> {
    while (dealtWith >= atOnceMax) await new Promise<void>((resolve) => void waiting.push(resolve));
    dealtWith += 1;
    await dealWith(message, receives);
    dealtWith -= 1;
    waiting.shift()?.();
  }

  async function dealWith(message: Message, receives: number): Promise<void> {
    // A function that dies does not answer: the message is seen again all the same.
    let isDone = false;
    timeline.after(visibilityMs, () => {
      if (isDone) return;
      onFault(receives < receivesMax ? 'queue: message seen again' : 'queue: dead letter');
      if (receives < receivesMax) void deliver(message, receives + 1);
      else deadLetters.push(message);
    });
    isDone = await wake(message);
  }

  return {
    deadLetters,
    send,
    /** The same for whoever can do without. */
    async ring(messages: readonly Message[]): Promise<void> {
      if (random() >= refusedShare()) return send(messages);
      onFault('queue: ring refused');
      await send(messages.slice(0, Math.floor(random() * messages.length)));
      throw new Error('the queue takes no more');
    },
  };

  async function send(messages: readonly Message[]): Promise<void> {
    await timeline.sleep(1 + random() * 10);
    for (const message of messages) {
      const copies = random() < doubleShare() ? 2 : 1;
      if (copies === 2) onFault('queue: message twice');
      for (let copy = 0; copy < copies; copy += 1)
        timeline.after(random() * delayMsMax, () => void deliver(message, 1));
    }
  }
}
