import { createReadCard } from '../../shared/limit-increase/read-card.ts';
import { createReadNamedBy, type NamedCardView } from '../../shared/limit-increase/read-named-by.ts';
import type { CardView } from '../../shared/limit-increase/results.ts';
import type { NamedBy, Par } from '../../shared/limit-increase/terms.ts';
import type { CardTruth, Naming } from '../support/kona-simulator/cards.ts';
import type { SimulatedWorld } from './simulated-world.ts';

// Whose naming a card is, as the API says it, against the simulator's truth.

type Said = { readonly where: string; readonly par: Par; readonly bizLicenseNo: string; readonly namedBy: NamedBy };

export type AttributionCheck = ReturnType<typeof createAttributionCheck>;

export function createAttributionCheck({ ledger, timeline, simulator }: SimulatedWorld) {
  const readNamedBy = createReadNamedBy({ ledger, clock: timeline.now });
  const readCard = createReadCard(ledger);
  const broken: string[] = [];
  /** How often each was said at the end; `presumed_elsewhere, by us`: a presumption that the truth refutes. */
  const said: Record<string, number> = {};

  function hold({ where, par, bizLicenseNo, namedBy }: Said): void {
    const truth = simulator.card(par);
    const why = contradiction(namedBy, bizLicenseNo, truth);
    if (why !== undefined) broken.push(`${where}: ${par.slice(-4)} is ${namedBy}, but ${why}`);
  }

  const viewed = (cards: readonly CardView[]): Promise<NamedCardView[]> => readNamedBy(cards, Infinity);

  return {
    broken,
    said,
    viewed,
    /** What the API answers of these cards at this moment. */
    async holdViews(where: string, cards: readonly CardView[], isEnd = false): Promise<void> {
      for (const { par, corporation, status, namedBy } of await viewed(cards)) {
        const truth = simulator.card(par);
        if (status === 'named' && !isNamedByCall(truth, corporation.bizLicenseNo))
          broken.push(`${where}: ${par.slice(-4)} is named, but ${tell(truth)}`);
        if (namedBy === undefined) continue;
        hold({ where, par, bizLicenseNo: corporation.bizLicenseNo, namedBy });
        if (!isEnd) continue;
        const isOurs = truth.state === 'named' && truth.namedFor.correlationId !== undefined;
        const name = isOurs ? `${namedBy}, by us` : namedBy;
        said[name] = (said[name] ?? 0) + 1;
      }
    },
    /** The same of a card's history. */
    async holdCard(where: string, par: Par): Promise<void> {
      for (const { namedBy, bizLicenseNo, requestId } of await readCard(par))
        if (namedBy !== undefined) hold({ where: `${where}, history, ${requestId}`, par, bizLicenseNo, namedBy });
    },
  };
}

const isNamedByCall = (truth: CardTruth, bizLicenseNo: string): boolean =>
  truth.state === 'named' && truth.namedFor.correlationId !== undefined && truth.namedFor.bizLicenseNo === bizLicenseNo;

function contradiction(namedBy: NamedBy, bizLicenseNo: string, truth: CardTruth): string | undefined {
  if (truth.state !== 'named') return tell(truth);
  const { namedFor } = truth;
  const isOurs = namedFor.correlationId !== undefined;
  switch (namedBy) {
    case 'this_corporation':
      return isOurs && namedFor.bizLicenseNo === bizLicenseNo ? undefined : tellNaming(namedFor);
    case 'other_corporation':
      return isOurs && namedFor.bizLicenseNo !== bizLicenseNo ? undefined : tellNaming(namedFor);
    case 'elsewhere':
      return isOurs ? tellNaming(namedFor) : undefined;
    case 'presumed_this_corporation':
    case 'disputed':
    case 'presumed_elsewhere':
      return undefined;
    default:
      return namedBy satisfies never;
  }
}

const tell = (truth: CardTruth): string =>
  truth.state === 'named' ? tellNaming(truth.namedFor) : `the platform has it as ${truth.state}`;

const tellNaming = ({ bizLicenseNo, correlationId }: Naming): string =>
  `it was named for ${bizLicenseNo} ${correlationId === undefined ? 'outside' : `by our call ${correlationId}`}`;
