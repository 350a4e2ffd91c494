// A worker that dies at a given await. Every asynchronous verb of the ports that it works through counts as two crash
// points: just before it takes effect, and just after, when only its answer is lost. A dead worker never goes on: its
// promise stays pending, like a process that was killed. A frozen one goes on, but much later.

export type CrashPoint = { readonly await: number; readonly when: 'before' | 'after' | 'frozen' };

export type CrashSwitch = {
  /** The port as the worker sees it. */
  wrap<T extends object>(port: T): T;
  /** Resolves when the worker has died. */
  readonly died: Promise<void>;
  /** The worker dies here and now, whatever it does. */
  kill(): void;
  /** How many awaits there were so far, and what they were. */
  readonly awaits: readonly string[];
};

/** `thaw` resolves when a worker that froze after its await may go on. */
export function createCrashSwitch(
  point?: CrashPoint,
  thaw: () => Promise<void> = () => new Promise(() => {}),
): CrashSwitch {
  const awaits: string[] = [];
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  let dead = false;

  const kill = (): void => {
    dead = true;
    die();
  };
  const never = (): Promise<never> => {
    kill();
    return new Promise(() => {});
  };
  const unlessDead = <T>(value: T): T | Promise<never> => (dead ? never() : value);

  function step(verb: string, effect: () => unknown): unknown {
    if (dead) return never();
    awaits.push(verb);
    const here = point?.await === awaits.length ? point.when : undefined;
    if (here === 'before') return never();
    const result = effect();
    if (here === 'after') return Promise.resolve(result).then(never, never);
    if (!(result instanceof Promise)) return result;
    const known = here === 'frozen' ? result.finally(thaw) : result;
    return known.then(unlessDead, (error: unknown) => {
      if (dead) return never();
      throw error;
    });
  }

  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, receiver) {
        const verb = Reflect.get(target, name, receiver);
        if (typeof verb !== 'function' || synchronous.has(String(name))) return verb;
        return (...args: unknown[]) => step(String(name), () => Reflect.apply(verb, target, args));
      },
    });

  return { wrap, died, kill, awaits };
}

const synchronous: ReadonlySet<string> = new Set([
  'mintCorrelationId',
  'known',
  'upTimeMs',
  'isClear',
  'othersAnsweredAt',
]);

/**
 * Every crash point of a run that had this many awaits. Between the effect of one await and the next nothing happens that
 * anybody could see, so dying before an await is dying after the one before it.
 */
export const crashPointsOf = (awaits: number): CrashPoint[] => [
  { await: 1, when: 'before' },
  ...Array.from({ length: awaits }, (_, index) => ({ await: index + 1, when: 'after' as const })),
];
