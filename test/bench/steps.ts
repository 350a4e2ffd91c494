import type { Ledger } from '../../shared/limit-increase/ports.ts';
import { type Spent, sumOf } from '../integration/ledger/wire.ts';

/** A verb of the ledger, or some that ran side by side. */
export type Step = { readonly verbs: string; readonly units: number; readonly roundTrips: number };

/** A ledger that tells, by the verb, what `spent` and `roundTrips` saw of its client. */
export function watchSteps(
  ledger: Ledger,
  spent: readonly Spent[],
  roundTrips: () => readonly string[],
): { readonly ledger: Ledger; readonly steps: Step[] } {
  const steps: Step[] = [];
  let running = 0;
  let verbs: string[] = [];
  let before = { units: 0, roundTrips: 0 };
  const seen = () => ({ units: sumOf(spent), roundTrips: roundTrips().length });

  async function watch(verb: string, work: () => unknown): Promise<unknown> {
    if (running === 0) [verbs, before] = [[], seen()];
    verbs.push(verb);
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      const after = seen();
      if (running === 0)
        steps.push({
          verbs: verbs.join(' + '),
          units: after.units - before.units,
          roundTrips: after.roundTrips - before.roundTrips,
        });
    }
  }

  const watched = new Proxy(ledger, {
    get(target, name, receiver) {
      const verb: unknown = Reflect.get(target, name, receiver);
      if (typeof verb !== 'function') return verb;
      return (...args: unknown[]) => watch(String(name), () => Reflect.apply(verb, target, args));
    },
  });
  return { ledger: watched, steps };
}
