import { newestOf } from './entry-order.ts';
import type { CardEntry } from './ports.ts';
import type { Instant, NamedBy } from './terms.ts';

/** A result `already_named`: of which request, whose it is, and when the platform said so. */
export type AlreadyNamed = {
  readonly requestId: string;
  readonly bizLicenseNo: string;
  readonly registrationNumber: string;
  readonly updatedAt: Instant;
};

/**
 * Who a card that is `already_named` was named for, as far as its history tells. A 200 of ours that listed the card as
 * success is proof and beats all else (of several, the latest). A call that may have named it is a presumption. Whether the
 * result's own calls most likely did not name it, its chunk tells; of another order's calls nothing is presumed.
 */
export function namedBy(entries: readonly CardEntry[], of: AlreadyNamed): NamedBy {
  const cleared = clearedRequests(entries);
  const history = entries.filter(({ entry, requestId }) => entry === 'result' || !cleared.has(requestId));
  const proofs = history.filter(isProof);
  if (proofs.length > 0) {
    const latest = Math.max(...proofs.map(({ updatedAt }) => updatedAt));
    const whose = proofs.filter(({ updatedAt }) => updatedAt === latest).map(corporationOf);
    return whose.every((one) => one === corporationOf(of)) ? 'this_corporation' : 'other_corporation';
  }
  // An order that was accepted afterwards had no call before.
  const possible = history.filter((entry) => entry.entry === 'maybe' && entry.acceptedAt <= of.updatedAt);
  if (possible.length === 0) return 'elsewhere';
  // guard: disputed
  if (possible.some((entry) => corporationOf(entry) !== corporationOf(of))) return 'disputed';
  // guard: another-orders-doubt
  const isOwnAndUnlikely = (entry: CardEntry): boolean =>
    entry.entry === 'maybe' && entry.presumedElsewhere && entry.requestId === of.requestId;
  return possible.every(isOwnAndUnlikely) ? 'presumed_elsewhere' : 'presumed_this_corporation';
}

const isProof = (entry: CardEntry): boolean => entry.entry === 'result' && entry.status === 'named';

// Of a request that was redriven only the latest result counts: a call after the redrive may have named the card.
function clearedRequests(entries: readonly CardEntry[]): ReadonlySet<string> {
  const steps = entries.filter(({ entry }) => entry !== 'maybe');
  const byRequest = [...Map.groupBy(steps, ({ requestId }) => requestId)];
  // guard: redrive-clears
  const judged = byRequest.filter(([, ofRequest]) => newestOf(ofRequest).every(isJudgedNotNamed));
  return new Set(judged.map(([requestId]) => requestId));
}

// The platform said afterwards that the request's calls had not named the card.
const isJudgedNotNamed = (entry: CardEntry): boolean =>
  entry.entry === 'result' && (entry.status === 'not_found' || entry.status === 'rejected');

const corporationOf = ({ bizLicenseNo, registrationNumber }: Pick<CardEntry, 'bizLicenseNo' | 'registrationNumber'>) =>
  JSON.stringify([bizLicenseNo, registrationNumber]);
