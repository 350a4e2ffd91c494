import type { ChunkRef, Instant } from './terms.ts';

// Whether KONA PLATE can be asked at all, as all workers know it together: one small item of the ledger.

/** `no_answer`: calls for one chunk after another ended without an answer. `credentials_refused`: it refuses our keys. */
export type DownReason = 'no_answer' | 'credentials_refused';

/** `since`: from when on the platform is believed to be up again; absent if it was never down. */
type Up = { readonly state: 'up'; readonly since?: Instant | undefined };

export type Down = {
  readonly state: 'down';
  readonly reason: DownReason;
  readonly since: Instant;
  /** Until then nobody asks; then one worker asks for one card. */
  readonly nextProbeAt: Instant;
  readonly probes: number;
  /** The chunk of the last probe: it may be that very chunk that the platform fails at. */
  readonly lastProbed?: ChunkRef | undefined;
};

/** `downTotalMs`: all outages that have ended, together. */
export type PlatformState = (Up | Down) & { readonly downTotalMs: number };

export const neverDown: PlatformState = { state: 'up', downTotalMs: 0 };

type PlatformDeclared = 'declared' | 'stands';

/** Every verb may be repeated; a fault of the store is thrown. */
export type PlatformLedger = {
  /** Consistent. */
  readPlatformState(): Promise<PlatformState>;
  /** `stands`: it is down already. */
  declareDown(down: Pick<Down, 'reason' | 'since' | 'nextProbeAt'>): Promise<PlatformDeclared>;
  /** Whether the probe that is due at `known.nextProbeAt` is this worker's. The next one is due at `nextProbeAt`. */
  takeProbe(known: Down, probe: { readonly chunk: ChunkRef; readonly nextProbeAt: Instant }): Promise<boolean>;
  /** Ends the outage that began at `since`. `stands`: another has ended it. */
  declareUp(outage: { readonly since: Instant; readonly at: Instant }): Promise<PlatformDeclared>;
};

const probePausesMs = [15_000, 30_000, 60_000];

/** How long after the probe of this number, or after the declaration (0), the next one is due. */
export const probePauseMs = (probes: number): number => probePausesMs[Math.min(probes, probePausesMs.length - 1)] ?? 0;
