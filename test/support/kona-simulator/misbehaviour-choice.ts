import * as z from 'zod';
import { type Misbehaviour, misbehaviourSchema, type PlayedMisbehaviour } from './misbehaviour.ts';
import { misbehaviourKinds } from './misbehaviour-kinds.ts';
import { seededRandom } from './random.ts';

export type RandomMisbehaviour = {
  /** Of all calls, between 0 and 1. */
  readonly share: number;
  readonly seed: number;
  /** Drawn from evenly; all that tell no lie, if none are given. */
  readonly kinds?: readonly Misbehaviour[] | undefined;
};

/** How many calls; `always`, or Infinity: every call until `clear`. */
export const timesSchema = z.union([z.int().min(1), z.literal(['always', Number.POSITIVE_INFINITY])]);
export type Times = z.infer<typeof timesSchema>;

export type MisbehaviourChoice = ReturnType<typeof createMisbehaviourChoice>;

/**
 * Which call is played which misbehaviour. An outage comes first; then what waits for one of the call's cards; then
 * the queue, in order of arrival; then chance, whose draws the seed and the order of arrival decide.
 */
export function createMisbehaviourChoice() {
  let outage: PlayedMisbehaviour | undefined;
  let queue: PlayedMisbehaviour[] = [];
  let matchers: { readonly par: string; readonly misbehaviour: PlayedMisbehaviour; left: number }[] = [];
  let draw: () => PlayedMisbehaviour | undefined = () => undefined;

  const match = (pars: readonly string[]): PlayedMisbehaviour | undefined => {
    const found = matchers.find(({ par, left }) => left > 0 && pars.includes(par));
    if (found !== undefined) found.left -= 1;
    return found?.misbehaviour;
  };

  return {
    next(misbehaviour: Misbehaviour, times = 1): void {
      const parsed = misbehaviourSchema.parse(misbehaviour);
      queue.push(...Array.from({ length: times }, () => parsed));
    },
    on(par: string, misbehaviour: Misbehaviour, times: Times = 1): void {
      const parsed = timesSchema.parse(times);
      const left = parsed === 'always' ? Number.POSITIVE_INFINITY : parsed;
      matchers.push({ par, misbehaviour: misbehaviourSchema.parse(misbehaviour), left });
    },
    atRandom(random: RandomMisbehaviour | undefined): void {
      draw = random === undefined ? () => undefined : drawing(random);
    },
    outage(misbehaviour: Misbehaviour | undefined): void {
      outage = misbehaviour === undefined ? undefined : misbehaviourSchema.parse(misbehaviour);
    },
    clear(): void {
      outage = undefined;
      queue = [];
      matchers = [];
      draw = () => undefined;
    },

    /** Before the body is read. The choice stands, unless `known`, asked with the cards, finds a better one. */
    arriving() {
      if (outage !== undefined) {
        const lasting = outage;
        return { early: lasting, known: () => lasting };
      }
      const queued = queue.shift();
      const early = queued ?? draw();
      const known = (pars: readonly string[]): PlayedMisbehaviour | undefined => {
        const matched = match(pars);
        if (matched !== undefined && queued !== undefined) queue.unshift(queued);
        return matched ?? early;
      };
      return { early, known };
    },
  };
}

function drawing({ share, seed, kinds }: RandomMisbehaviour): () => PlayedMisbehaviour | undefined {
  const honest = misbehaviourKinds.filter(({ lies }) => !lies).map(({ misbehaviour }) => misbehaviour);
  const pool = (kinds ?? honest).map((misbehaviour) => misbehaviourSchema.parse(misbehaviour));
  const random = seededRandom(seed);
  return () => {
    // Both are drawn for every call, so that a change of the share leaves what is drawn for a call as it was.
    const [whether, which] = [random(), random()];
    return whether < share ? pool[Math.floor(which * pool.length)] : undefined;
  };
}
