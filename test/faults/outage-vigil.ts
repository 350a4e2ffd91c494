import type { Notice } from '../../shared/limit-increase/notice.ts';
import type { Down, PlatformLedger } from '../../shared/limit-increase/platform-state.ts';
import type { Clock } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';

// The part of the vigil that knows outages: the platform has its rest while it is down, each probe is one chunk's, and no
// card is given up before its time. All of it as the ledger truly stood, whatever a worker knew.

export type OutageVigilDeps = {
  readonly clock: Clock;
  readonly giveUpAfterMs: number;
  readonly violations: string[];
};

type Probe = Parameters<PlatformLedger['takeProbe']>[1];

/** Who froze, or read how the platform is a moment too early, may be late by so much. */
const lateMsMax = 900_000;

export function createOutageVigil({ clock, giveUpAfterMs, violations }: OutageVigilDeps) {
  const probeTakers = new Map<string, string>();
  const probed = new Set<string>();
  const triedSince = new Map<string, number>();
  const failedAt = new Map<string, Instant>();
  let downSince: Instant | undefined;
  let downTotalMs = 0;
  let [unreadAt, upAt]: [Instant, Instant] = [0, 0];

  /** Without all outages. */
  const upTimeMs = (): number => clock() - downTotalMs - (downSince === undefined ? 0 : clock() - downSince);

  // One card that the platform fails at is no outage.
  function outageDeclared(): void {
    const failing = [...failedAt.values()].filter((at) => at > upAt - lateMsMax);
    if (failing.length < 3) violations.push(`an outage was declared after calls for ${failing.length} chunks`);
  }

  return {
    noticed(notice: Notice): void {
      // Who asked in vain how the platform is works on as if it were up.
      if (notice.notice === 'platform_unread') unreadAt = clock();
      if (notice.notice === 'call_ended' && notice.outcome.name !== 'answered')
        failedAt.set(nameOf(notice.chunk), clock());
      if (notice.notice === 'platform_down' && notice.reason === 'no_answer') outageDeclared();
    },
    declaredDown(since: Instant): void {
      downSince = since;
    },
    declaredUp(at: Instant): void {
      if (downSince === undefined) return;
      downTotalMs += at - downSince;
      [downSince, upAt] = [undefined, at];
    },
    callBegins(correlationId: string, chunk: ChunkRef): void {
      if (downSince === undefined || clock() - Math.max(downSince, unreadAt) < lateMsMax) return;
      const isProbe = probed.has(`${downSince} ${nameOf(chunk)}`);
      if (!isProbe) violations.push(`call ${correlationId} is no probe, and the platform is down`);
    },
    probeTaken({ since, nextProbeAt }: Down, { chunk }: Probe): void {
      const probe = `${since} ${nextProbeAt}`;
      const taker = nameOf(chunk);
      // Two who have the same chunk in the same moment may both take it: the chunk's lease tells them apart.
      if ((probeTakers.get(probe) ?? taker) !== taker) violations.push('two chunks were given the same probe');
      probeTakers.set(probe, taker);
      probed.add(`${since} ${taker}`);
    },
    chunkTaken(chunk: ChunkRef): void {
      if (!triedSince.has(nameOf(chunk))) triedSince.set(nameOf(chunk), upTimeMs());
    },
    /** Its time begins anew. */
    chunkReopened(chunk: ChunkRef): void {
      triedSince.delete(nameOf(chunk));
    },
    cardsGivenUp(chunk: ChunkRef): void {
      const triedMs = upTimeMs() - (triedSince.get(nameOf(chunk)) ?? Infinity);
      if (triedMs < giveUpAfterMs - lateMsMax)
        violations.push(`${nameOf(chunk)} was given up after ${triedMs / 60_000} minutes in which it could be tried`);
    },
  };
}

export const nameOf = ({ requestId, chunkNumber }: ChunkRef): string => `${requestId}#${chunkNumber}`;
