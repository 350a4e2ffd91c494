import { aCorporation, aPar } from '../support/builders.ts';
import type { CardFile } from './card-files.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { noLedgerFaults } from './unreliable-ledger.ts';

/** Nothing goes wrong but what a run adds itself. */
export const quietScenario = (seed = 1): Scenario => ({
  ...drawScenario(seed),
  cards: [],
  modes: { trialPars: false },
  ...{ parsPerCallMax: 100, giveUpAfterMs: 3_600_000, settlersMax: 5, inquiry: undefined },
  ...{ placings: [], files: [], outages: [], pinned: [], rotations: [] },
  ...{ redrives: [], redrivenInTheEnd: false, redrivenAfterMs: undefined },
  ...{ doubleMessageShare: 0, storeFaultShare: 0, secretFaultShare: 0, bellFaultShare: 0 },
  ...{ misbehaviourShare: 0, refusedShare: 0, strayShare: 0, ledgerFaults: noLedgerFaults },
  ...{ dyingShare: 0, freezingShare: 0, doubleShare: 0, silentShare: 0 },
});

const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';

/** A file of so many good rows of one corporation. */
export function fileOf(cards: number, { key = 'incoming/outage.csv', firstCard = 1 } = {}): CardFile {
  const { corporationName, bizLicenseNo, registrationNumber, affiliateId } = aCorporation();
  const owner = [corporationName, bizLicenseNo, registrationNumber, affiliateId].join(',');
  const taken = Array.from({ length: cards }, (_, index) => ({ line: index + 2, par: aPar(firstCard + index) }));
  const text = [header, ...taken.map(({ par }) => `${owner},${par}`)].join('\n');
  return { at: 0, key, text, taken, refused: [] };
}
