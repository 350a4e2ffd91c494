import type { Notice } from '../../shared/limit-increase/notice.ts';
import { isSameChunk, type OpenCircuit, type PlatformState } from '../../shared/limit-increase/platform-state.ts';
import type { Clock } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';

// The part of the vigil that knows the circuit breaker: while the circuit is open calls begin one by one, each in a turn of
// its own, and no card is given up before its time. All of it as the ledger truly stood, whatever a worker knew.

export type OutageVigilDeps = {
  readonly clock: Clock;
  readonly giveUpAfterMs: number;
  readonly violations: string[];
};

/** Who froze, or read how the platform is a moment too early, may be late by so much. */
const lateMsMax = 900_000;
const startsApartMsMin = 10_000;

export function createOutageVigil({ clock, giveUpAfterMs, violations }: OutageVigilDeps) {
  const tried = new Map<string, number>();
  const failedAt = new Map<string, Instant>();
  const turns = new Map<string, Instant>();
  const answers: Instant[] = [];
  let state: PlatformState | undefined;
  let [unreadAt, closedAt]: [Instant, Instant] = [0, 0];

  /** In which the circuit was closed. */
  const upTimeMs = (): number => {
    const { open, openTotalMs = 0 } = state ?? {};
    return clock() - openTotalMs - (open === undefined ? 0 : clock() - open.openedAt);
  };

  // One chunk that the platform fails at is no outage.
  function opened(reason: string): void {
    if (reason !== 'no_answer') return;
    const failing = [...failedAt.values()].filter((at) => at > closedAt - lateMsMax);
    if (failing.length < 3) violations.push(`the circuit opened after calls for ${failing.length} chunks failed`);
  }

  // An answer to a call from before the opening says nothing of it.
  function closed({ openedAt }: OpenCircuit): void {
    if (!answers.some((sentAt) => sentAt >= openedAt))
      violations.push('the circuit closed without an answer to a call that was sent since it opened');
    closedAt = clock();
  }

  function turnTaken(before: PlatformState, after: PlatformState): void {
    const [last, next] = [before.open, after.open];
    if (last === undefined || next === undefined || next.turns === last.turns || next.lastTurn === undefined) return;
    if (next.lastTurnAt - last.lastTurnAt < startsApartMsMin) violations.push('two turns began within ten seconds');
    turns.set(nameOf(next.lastTurn), next.lastTurnAt);
  }

  return {
    noticed(notice: Notice): void {
      // Who asked in vain how the platform is works on as if nothing were noted.
      if (notice.notice === 'platform_unread') unreadAt = clock();
      if (notice.notice === 'call_ended' && notice.outcome.name !== 'answered')
        failedAt.set(nameOf(notice.chunk), clock());
    },
    platformWritten(after: PlatformState): void {
      const before = state;
      state = after;
      if (before?.open === undefined && after.open !== undefined) opened(after.open.reason);
      if (before?.open !== undefined && after.open === undefined) closed(before.open);
      if (before !== undefined) turnTaken(before, after);
    },
    answered(sentAt: Instant): void {
      answers.push(sentAt);
    },
    callBegins(correlationId: string, chunk: ChunkRef): void {
      const { open } = state ?? {};
      if (open === undefined || clock() - Math.max(open.openedAt, unreadAt) < lateMsMax) return;
      const isTurn = open.lastTurn !== undefined && isSameChunk(open.lastTurn, chunk);
      if (!isTurn && clock() - (turns.get(nameOf(chunk)) ?? 0) > lateMsMax)
        violations.push(`call ${correlationId} had no turn, and the circuit is open`);
    },
    chunkTaken(chunk: ChunkRef): void {
      if (!tried.has(nameOf(chunk))) tried.set(nameOf(chunk), upTimeMs());
    },
    /** Its time begins anew. */
    chunkReopened(chunk: ChunkRef): void {
      tried.delete(nameOf(chunk));
    },
    cardsGivenUp(chunk: ChunkRef): void {
      const triedMs = upTimeMs() - (tried.get(nameOf(chunk)) ?? Infinity);
      if (triedMs < giveUpAfterMs - lateMsMax)
        violations.push(`${nameOf(chunk)} was given up after ${triedMs / 60_000} minutes in which it could be tried`);
    },
  };
}

export const nameOf = ({ requestId, chunkNumber }: ChunkRef): string => `${requestId}#${chunkNumber}`;
