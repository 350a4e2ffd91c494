import type { CardResult } from '../../shared/limit-increase/chunk-state.ts';
import type { CallRecord, Clock, LedgerReads } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';

// The part of the vigil that knows evidence: what a call that was believed lost is known to have named, when the card is asked
// for again, ends `named`.

type EvidenceDeps = { readonly clock: Clock; readonly violations: string[] };

/** What is recorded so shortly before a call may be read too late for it. */
const readMsMax = 30_000;

export function createEvidenceVigil(real: Pick<LedgerReads, 'readCall'>, { clock, violations }: EvidenceDeps) {
  const callsOf = new Map<string, string[]>();
  const lateAt = new Map<string, Instant>();
  const proven = new Map<string, string>();
  const nameOf = ({ requestId, chunkNumber }: ChunkRef, position: number): string =>
    `${requestId}#${chunkNumber}/${position}`;

  /** A late record of an earlier call of the chunk that names the card. */
  async function proofOf(earlier: readonly string[], position: number): Promise<string | undefined> {
    for (const correlationId of earlier) {
      const recordedAt = lateAt.get(correlationId);
      if (recordedAt === undefined || clock() - recordedAt < readMsMax) continue;
      const record = await real.readCall(correlationId);
      if (record?.ended?.outcome.named?.includes(position)) return correlationId;
    }
    return undefined;
  }

  return {
    async callBegins({ chunk, positions, correlationId }: CallRecord): Promise<void> {
      const [position, ...others] = positions;
      for (const one of positions) {
        const name = nameOf(chunk, one);
        const earlier = callsOf.get(name) ?? [];
        callsOf.set(name, [...earlier, correlationId]);
        if (one !== position || others.length > 0) continue;
        const proof = await proofOf(earlier, one);
        if (proof !== undefined) proven.set(name, proof);
      }
    },
    recordedLate(correlationId: string): void {
      lateAt.set(correlationId, clock());
    },
    cardJudged(chunk: ChunkRef, position: number, { status }: CardResult): void {
      const name = nameOf(chunk, position);
      if (status === 'already_named' && proven.has(name))
        violations.push(`${name} was named by ${proven.get(name)}, as the ledger knows, and ends ${status}`);
    },
  };
}
