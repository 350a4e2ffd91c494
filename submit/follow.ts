import { SubmitFault } from './fault.ts';
import type { Gateway, LimitIncrease, Told } from './gateway.ts';

export type FollowDeps = {
  readonly gateway: Gateway;
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly everyMs: number;
  /** How long the gateway may be out of reach, or not know the file. */
  readonly patienceMs: number;
};

/**
 * Tells how the file of an object fares, again and again, until its report is written; undefined while the gateway has
 * not seen it. @throws SubmitFault if the gateway stays silent.
 */
export async function* follow(deps: FollowDeps, uploadKey: string): AsyncGenerator<LimitIncrease | undefined> {
  const { gateway, clock, pause, everyMs, patienceMs } = deps;
  let known: LimitIncrease | undefined;
  let lastNewsAt = clock();
  while (known?.upload.reports === undefined) {
    const answer: Told<LimitIncrease | undefined> =
      known === undefined ? await gateway.find(uploadKey) : await gateway.read(known.requestId);
    if ('told' in answer) known = answer.told;
    if (known !== undefined && 'told' in answer) lastNewsAt = clock();
    yield known;
    if (clock() - lastNewsAt > patienceMs) throw silent(uploadKey, answer);
    if (known?.upload.reports === undefined) await pause(everyMs);
  }
}

function silent(uploadKey: string, answer: Told<unknown>): SubmitFault {
  const why = 'unavailable' in answer ? answer.unavailable : 'The gateway has not taken it up: see its alarms.';
  return new SubmitFault(`Nothing is heard of ${uploadKey} any more, though it is uploaded. ${why}`);
}
