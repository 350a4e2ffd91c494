import * as z from 'zod';
import type { PlayedMisbehaviour } from '../support/kona-simulator/misbehaviour.ts';
import type { SimulatedWorld } from './simulated-world.ts';

// What a search came through: a search that found nothing is worth no more than this.

export const coverageSchema = z.object({
  calls: z.number(),
  /** Workers that were killed, and that were frozen. */
  crashes: z.number(),
  freezes: z.number(),
  /** As they were declared: for calls without an answer, and for refused keys. */
  outages: z.number(),
  keyOutages: z.number(),
  rotations: z.number(),
  /** Redrives that were begun, and cards that were given up. */
  redrives: z.number(),
  givenUp: z.number(),
  /** Kinds, by the part of the world that played them: `ledger: answer lost`. */
  faults: z.array(z.string()),
});
export type Coverage = z.infer<typeof coverageSchema>;

export const noCoverage: Coverage = {
  ...{ calls: 0, crashes: 0, freezes: 0, outages: 0, keyOutages: 0, rotations: 0, redrives: 0, givenUp: 0 },
  faults: [],
};

export const addCoverage = (one: Coverage, other: Coverage): Coverage => ({
  calls: one.calls + other.calls,
  crashes: one.crashes + other.crashes,
  freezes: one.freezes + other.freezes,
  outages: one.outages + other.outages,
  keyOutages: one.keyOutages + other.keyOutages,
  rotations: one.rotations + other.rotations,
  redrives: one.redrives + other.redrives,
  givenUp: one.givenUp + other.givenUp,
  faults: [...new Set([...one.faults, ...other.faults])],
});

/** What of it the world itself knows. */
export function coverageOf(world: SimulatedWorld): Omit<Coverage, 'crashes' | 'freezes' | 'rotations'> {
  const requests = world.simulator.requests();
  const downs = world.notices.flatMap((notice) => (notice.notice === 'platform_down' ? [notice.reason] : []));
  const givenUp = world.notices.flatMap((notice) => (notice.notice === 'given_up' ? [notice.cards] : []));
  const played = requests.flatMap((one) => (one.played === undefined ? [] : [`platform: ${wordFor(one.played)}`]));
  return {
    calls: requests.length,
    outages: downs.filter((reason) => reason === 'no_answer').length,
    keyOutages: downs.filter((reason) => reason === 'credentials_refused').length,
    redrives: world.vigil.redrives.length,
    givenUp: givenUp.reduce((sum, cards) => sum + cards, 0),
    faults: [...new Set([...played, ...world.faultsPlayed])],
  };
}

const wordFor = (played: PlayedMisbehaviour): string =>
  played.kind === 'http_status' ? `http_${played.status}` : played.kind;

/** In lines. */
export function tellCoverage(coverage: Coverage): string[] {
  const { calls, crashes, freezes, outages, keyOutages, rotations, redrives, givenUp } = coverage;
  const kinds = Map.groupBy(coverage.faults.toSorted(), (fault) => fault.split(': ')[0] ?? '');
  return [
    `${calls} calls, ${crashes} workers killed, ${freezes} frozen`,
    `${outages} outages without an answer, ${keyOutages} of refused keys, ${rotations} rotations of the keys`,
    `${givenUp} cards given up, ${redrives} redrives`,
    `${coverage.faults.length} kinds of faults:`,
    ...[...kinds].map(([part, faults]) => `  ${part}: ${faults.map((one) => one.slice(part.length + 2)).join(', ')}`),
  ];
}
