// Time that passes only when nobody has anything left to do now: a run of hours takes milliseconds, and the same seed
// makes the same run. Everything that waits, waits here.

export type Timeline = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `act` when the time has come; answers how to call it off. */
  after(ms: number, act: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** Lets time pass until `end`, or until nothing is planned any more. */
  runUntil(end: number): Promise<void>;
};

type Plan = { readonly at: number; readonly order: number; readonly act: () => void };

export function createTimeline(start: number): Timeline {
  let now = start;
  let order = 0;
  const plans = createHeap();

  const after = (ms: number, act: () => void): (() => void) => {
    order += 1;
    let wanted = true;
    plans.push({ at: now + Math.max(0, ms), order, act: () => wanted && act() });
    return () => {
      wanted = false;
    };
  };

  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    async runUntil(end) {
      await settled();
      for (let next = plans.peek(); next !== undefined && next.at <= end; next = plans.peek()) {
        plans.pop();
        now = Math.max(now, next.at);
        next.act();
        await settled();
      }
      now = Math.max(now, end);
    },
  };
}

/** Until every promise that could go on has gone on: the event loop comes round only then. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const isBefore = (a: Plan, b: Plan): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** The earliest first; of the same moment, the one that was planned first. */
function createHeap() {
  const heap: Plan[] = [];
  const at = (index: number): Plan | undefined => heap[index];
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one !== undefined && other !== undefined) [heap[a], heap[b]] = [other, one];
  };
  const goesFirst = (a: number, b: number): boolean => {
    const [one, other] = [at(a), at(b)];
    return one !== undefined && (other === undefined || isBefore(one, other));
  };
  return {
    peek: () => at(0),
    push(plan: Plan): void {
      heap.push(plan);
      for (let index = heap.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (!goesFirst(index, parent)) return;
        swap(index, parent);
        index = parent;
      }
    },
    pop(): void {
      swap(0, heap.length - 1);
      heap.pop();
      for (let index = 0; ; ) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        const child = goesFirst(right, left) ? right : left;
        if (!goesFirst(child, index)) return;
        swap(index, child);
        index = child;
      }
    },
  };
}
