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
  /** Calls whose worker vanished: they failed, as their chunk knows. */
  const seenLost = new Set<string>();
  /** Calls in a row that were answered 429: the third is the list's own fault if others were answered. */
  const limits = new Map<string, { readonly times: number; readonly since: Instant }>();
  const answers: { readonly chunk: string; readonly sentAt: Instant }[] = [];

  const isAnsweredSince = (since: Instant, name: string): boolean =>
    answers.some((answer) => answer.chunk !== name && answer.sentAt > since);

  function listFailed(name: string, positions: readonly number[], at: Instant): void {
    if (positions.length === 1) return;
    const { since, lists } = failing.get(name) ?? { since: at, lists: [] };
    failing.set(name, { since: Math.min(since, at), lists: [...lists, positions] });
  }

  return {
    async callBegins({ chunk, positions, correlationId }: CallRecord): Promise<void> {
      const name = nameOf(chunk);
      const state = (await real.readChunk(chunk))?.state;
      for (const lost of state?.lostCalls ?? []) {
        if (seenLost.has(lost.correlationId)) continue;
        seenLost.add(lost.correlationId);
        listFailed(name, lost.positions, lost.startedAt);
      }
      const limited = limits.get(name);
      if (limited !== undefined && limited.times >= 3 && isAnsweredSince(limited.since, name)) maySplit.add(name);
      const failed = failing.get(name);
      if (failed === undefined || positions.length === 1 || maySplit.has(name)) return;
      const isAnswered = isAnsweredSince(failed.since, name);
      if (isAnswered) maySplit.add(name);
      const open = failed.lists.map((list) => list.filter((position) => !state?.results.has(position)));
      if (!isAnswered && open.some((list) => isPartOf(positions, list)))
        violations.push(`call ${correlationId} splits a list that failed, and no call was answered since`);
    },
    async callEnded({ chunk, positions }: CallRecord, outcome: CallOutcome, sentAt: Instant): Promise<void> {
      const name = nameOf(chunk);
      const health = healthOf(outcome);
      const { times = 0, since = sentAt } = limits.get(name) ?? {};
      if (outcome.kind === 'limited') limits.set(name, { times: times + 1, since });
      else limits.delete(name);
      if (health === 'answer') {
        if (failing.has(name)) maySplit.add(name);
        failing.delete(name);
        answers.push({ chunk: name, sentAt });
      }
      if (health !== 'failure' || outcome.kind !== 'unknown') return;
      listFailed(name, positions, sentAt);
    },
  };
}

/** Some of its open cards, and not all; others may be with them. */
const isPartOf = (positions: readonly number[], list: readonly number[]): boolean =>
  list.some((position) => positions.includes(position)) && !list.every((position) => positions.includes(position));
