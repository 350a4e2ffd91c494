import type { Timeline } from './timeline.ts';

export type QueueDeps<Message> = {
  readonly timeline: Timeline;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly visibilityMs: number;
  /** Of all messages, how many come twice. */
  readonly doubleShare: () => number;
  /** Whether the message was dealt with. */
  readonly wake: (message: Message) => Promise<boolean>;
};

const receivesMax = 5;
const delayMsMax = 3_000;

/** A queue as SQS promises it: in any order, at least once, again after its visibility if nobody dealt with it. */
export function createSimulatedQueue<Message>(deps: QueueDeps<Message>) {
  const { timeline, random, visibilityMs, doubleShare, wake } = deps;
  const deadLetters: Message[] = [];

  async function deliver(message: Message, receives: number): Promise<void> {
    // A function that dies does not answer: the message is seen again all the same.
    let isDone = false;
    timeline.after(visibilityMs, () => {
      if (isDone) return;
      if (receives < receivesMax) void deliver(message, receives + 1);
      else deadLetters.push(message);
    });
    isDone = await wake(message);
  }

  return {
    deadLetters,
    async send(messages: readonly Message[]): Promise<void> {
      await timeline.sleep(1 + random() * 10);
      for (const message of messages) {
        const copies = random() < doubleShare() ? 2 : 1;
        for (let copy = 0; copy < copies; copy += 1)
          timeline.after(random() * delayMsMax, () => void deliver(message, 1));
      }
    },
  };
}
