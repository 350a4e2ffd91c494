import { healthOf } from '../../shared/limit-increase/call-health.ts';
import type { CallOutcome, CallRecord, LedgerReads } from '../../shared/limit-increase/ports.ts';
import type { Instant } from '../../shared/limit-increase/terms.ts';
import { nameOf } from './outage-vigil.ts';

// The part of the vigil that knows lists: one that fails unclearly is repeated as it was, or one card of it is sent alone, until
// some call is answered. Before that no other list with some of its cards may begin.

type Failing = { readonly since: Instant; readonly lists: readonly (readonly number[])[] };

export function createSplitVigil(real: Pick<LedgerReads, 'readChunk'>, violations: string[]) {
  const failing = new Map<string, Failing>();
  const maySplit = new Set<string>();
  const answers: { readonly chunk: string; readonly sentAt: Instant }[] = [];

  return {
    async callBegins({ chunk, positions, correlationId }: CallRecord): Promise<void> {
      const name = nameOf(chunk);
      const failed = failing.get(name);
      if (failed === undefined || positions.length === 1 || maySplit.has(name)) return;
      const isAnswered = answers.some((answer) => answer.chunk !== name && answer.sentAt > failed.since);
      if (isAnswered) maySplit.add(name);
      const results = (await real.readChunk(chunk))?.state.results ?? new Map();
      const open = failed.lists.map((list) => list.filter((position) => !results.has(position)));
      if (!isAnswered && open.some((list) => isPartOf(positions, list)))
        violations.push(`call ${correlationId} splits a list that failed, and no call was answered since`);
    },
    async callEnded({ chunk, positions }: CallRecord, outcome: CallOutcome, sentAt: Instant): Promise<void> {
      const name = nameOf(chunk);
      const health = healthOf(outcome);
      if (health === 'answer') {
        // A failure whose worker vanished the chunk alone knows.
        const hasStuck = ((await real.readChunk(chunk))?.state.plan.stuck.length ?? 0) > 0;
        if (failing.has(name) || hasStuck) maySplit.add(name);
        failing.delete(name);
        answers.push({ chunk: name, sentAt });
      }
      if (health !== 'failure' || positions.length === 1 || outcome.kind !== 'unknown') return;
      // A call whose worker vanished was the first failure, as the chunk knows.
      const lostAt = (await real.readChunk(chunk))?.state.failingSince ?? sentAt;
      const { since, lists } = failing.get(name) ?? { since: Math.min(lostAt, sentAt), lists: [] };
      failing.set(name, { since, lists: [...lists, positions] });
    },
  };
}

/** Some of its open cards, and not all; others may be with them. */
const isPartOf = (positions: readonly number[], list: readonly number[]): boolean =>
  list.some((position) => positions.includes(position)) && !list.every((position) => positions.includes(position));
