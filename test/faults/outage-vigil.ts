import type { Notice } from '../../shared/limit-increase/notice.ts';
import type { Down, PlatformLedger } from '../../shared/limit-increase/platform-state.ts';
import type { Clock, Ledger } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';

// The part of the vigil that knows outages: the platform has its rest while it is down, each probe is given once, and no
// card is given up before its time. All of it as the ledger truly stood, whatever a worker knew.

export type OutageVigilDeps = {
  readonly clock: Clock;
  readonly giveUpAfterMs: number;
  readonly violations: string[];
};

type Probe = Parameters<PlatformLedger['takeProbe']>[1];

/** Who froze, or read how the platform is a moment too early, may be late by so much. */
const lateMsMax = 900_000;

export function createOutageVigil(real: Ledger, { clock, giveUpAfterMs, violations }: OutageVigilDeps) {
  const probesGiven = new Map<string, string>();
  const probed = new Set<string>();
  const triedSince = new Map<string, number>();
  const failedAt = new Map<string, Instant>();
  let [unreadAt, upAt]: [Instant, Instant] = [0, 0];

  /** Without all outages. */
  async function upTimeMs(): Promise<number> {
    const platform = await real.readPlatformState();
    return clock() - platform.downTotalMs - (platform.state === 'down' ? clock() - platform.since : 0);
  }

  // One card that the platform fails at is no outage.
  function outageDeclared(): void {
    const failing = [...failedAt.values()].filter((at) => at > upAt - lateMsMax);
    if (failing.length < 3) violations.push(`an outage was declared after calls for ${failing.length} chunks`);
  }

  return {
    noticed(notice: Notice): void {
      // Who asked in vain how the platform is works on as if it were up.
      if (notice.notice === 'platform_unread') unreadAt = clock();
      if (notice.notice === 'platform_up') upAt = clock();
      if (notice.notice === 'call_ended' && notice.outcome.name !== 'answered')
        failedAt.set(nameOf(notice.chunk), clock());
      if (notice.notice === 'platform_down' && notice.reason === 'no_answer') outageDeclared();
    },
    async callBegins(correlationId: string, chunk: ChunkRef): Promise<void> {
      const platform = await real.readPlatformState();
      if (platform.state === 'up' || clock() - Math.max(platform.since, unreadAt) < lateMsMax) return;
      const isProbe = probed.has(`${platform.since} ${nameOf(chunk)}`);
      if (!isProbe) violations.push(`call ${correlationId} is no probe, and the platform is down`);
    },
    probeTaken({ since, nextProbeAt }: Down, { chunk }: Probe): void {
      const probe = `${since} ${nextProbeAt}`;
      // Two of the same chunk at the same moment look like one that repeats its write: the lease lets one of them call.
      if ((probesGiven.get(probe) ?? nameOf(chunk)) !== nameOf(chunk))
        violations.push('two chunks were given the same probe');
      probesGiven.set(probe, nameOf(chunk));
      probed.add(`${since} ${nameOf(chunk)}`);
    },
    async chunkTaken(chunk: ChunkRef): Promise<void> {
      if (!triedSince.has(nameOf(chunk))) triedSince.set(nameOf(chunk), await upTimeMs());
    },
    /** Its time begins anew. */
    chunkReopened(chunk: ChunkRef): void {
      triedSince.delete(nameOf(chunk));
    },
    async cardsGivenUp(chunk: ChunkRef): Promise<void> {
      const triedMs = (await upTimeMs()) - (triedSince.get(nameOf(chunk)) ?? Infinity);
      if (triedMs < giveUpAfterMs - lateMsMax)
        violations.push(`${nameOf(chunk)} was given up after ${triedMs / 60_000} minutes in which it could be tried`);
    },
  };
}

export const nameOf = ({ requestId, chunkNumber }: ChunkRef): string => `${requestId}#${chunkNumber}`;
