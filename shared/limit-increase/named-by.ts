import { newestOf } from './entry-order.ts';
import type { CardEntry } from './ports.ts';
import type { Instant, NamedBy } from './terms.ts';

/** A result `already_named`: whose it is, and when the platform said so. */
export type AlreadyNamed = {
  readonly bizLicenseNo: string;
  readonly registrationNumber: string;
  readonly updatedAt: Instant;
};

/**
 * Whose naming an `already_named` speaks of, as far as the card's history tells. A 200 of ours that listed the card is
 * proof and beats all else (of several, the latest). A call that may have named it is a presumption.
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
  const presumed = history.filter(({ entry }) => entry === 'maybe');
  // An order that was accepted afterwards had no call before.
  const corporations = new Set(presumed.filter(({ acceptedAt }) => acceptedAt <= of.updatedAt).map(corporationOf));
  if (corporations.size > 1) return 'disputed';
  return corporations.has(corporationOf(of)) ? 'presumed_this_corporation' : 'elsewhere';
}

const isProof = (entry: CardEntry): boolean =>
  entry.entry === 'result' ? entry.status === 'named' : entry.entry === 'maybe' && entry.listed;

// Of a request that was redriven only the latest result counts: a call after the redrive may have named the card.
function clearedRequests(entries: readonly CardEntry[]): ReadonlySet<string> {
  const steps = entries.filter(({ entry }) => entry !== 'maybe');
  const byRequest = [...Map.groupBy(steps, ({ requestId }) => requestId)];
  const judged = byRequest.filter(([, ofRequest]) => newestOf(ofRequest).every(isJudgedNotNamed));
  return new Set(judged.map(([requestId]) => requestId));
}

// The platform said afterwards that the request's calls had not named the card.
const isJudgedNotNamed = (entry: CardEntry): boolean =>
  entry.entry === 'result' && (entry.status === 'not_found' || entry.status === 'rejected');

const corporationOf = ({ bizLicenseNo, registrationNumber }: Pick<CardEntry, 'bizLicenseNo' | 'registrationNumber'>) =>
  JSON.stringify([bizLicenseNo, registrationNumber]);
