import { pars } from '../support/builders.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import { corporationNumber, createTroubleStage, minuteMs } from './trouble-stage.ts';
import { createExpectations, type TroubleVerdict } from './trouble-verdict.ts';

// The access key is discarded while only one corporation is served, and the secret holds the right one only days later.

export type KeysSetup = {
  readonly chunks: number;
  /** The order is placed before the key is discarded, and the platform slow: the key dies in the middle of it. */
  readonly midway?: boolean;
  readonly hours?: number;
  readonly giveUpAfterHours?: number;
  readonly seed?: number;
};

const hourMs = 60 * minuteMs;
const namedWithinMs = 10 * minuteMs;
const callsEveryMs = 10_000;

export async function runKeys({
  chunks,
  midway = false,
  hours = 100,
  giveUpAfterHours = 72,
  seed = 1,
}: KeysSetup): Promise<TroubleVerdict> {
  const deadMs = hours * hourMs;
  const giveUpAfterMs = giveUpAfterHours * hourMs;
  const modes = { trialPars: false, latencyMs: midway ? 2_000 : 0 };
  const stage = createTroubleStage({ seed, giveUpAfterMs, modes });
  const { simulator, world, start } = stage;
  const next = { ...simulatedCredentials, accessKey: simulatedCredentials.accessKey.replace(/.$/, '1') };
  const first = 5 * minuteMs;
  const discarded = first + (midway ? 1_000 : -minuteMs);
  stage.at(discarded, () => simulator.setCredentials([next]));
  stage.at(first, () => stage.post('order', corporationNumber(1), pars(100 * chunks)));
  stage.at(discarded + deadMs, () => {
    world.secret.text = JSON.stringify(next);
  });
  stage.reconcileUntil(deadMs + 2 * hourMs);
  await stage.run(discarded + deadMs - 1_000);
  const wasOpen = stage.circuit.at(-1)?.isOpen === true;
  const reason = stage.circuit.findLast(({ isOpen }) => isOpen)?.reason ?? 'none';
  const openedAfterMs = (stage.circuit[0]?.at ?? Infinity) - start - discarded;
  const ids = stage.orders.map(({ requestId }) => requestId);
  const before = await stage.countStatuses(ids);
  await stage.run(deadMs + 2 * hourMs);

  const expected = createExpectations();
  const deadCalls = stage.callsBetween(start + discarded, start + discarded + deadMs);
  const namedAfterMs = (await stage.finalAt(ids)) - start - discarded - deadMs;
  const statuses = await stage.countStatuses(ids);
  if (chunks >= 3) expected.holds(`the circuit is not open while the keys are dead`, wasOpen);
  expected.atMost('cards given up while the keys were dead', before.unresolved ?? 0, 0);
  expected.atMost('calls while the keys were dead', deadCalls, deadMs / callsEveryMs);
  expected.holds(`the cards are ${JSON.stringify(statuses)} in the end`, statuses.named === 100 * chunks);
  expected.atMost('seconds until all were named', namedAfterMs / 1_000, namedWithinMs / 1_000);
  expected.violations(stage.violations);
  return {
    run: `keys dead for ${hours} h, ${chunks} chunks of one corporation${midway ? ', in the midst' : ''}, seed ${seed}`,
    figures: {
      open: `${wasOpen} (${reason})`,
      'opened after s': openedAfterMs / 1_000,
      openings: stage.openings(),
      calls: deadCalls,
      'seconds until named': namedAfterMs / 1_000,
    },
    broken: expected.broken,
  };
}
