import { isDeepStrictEqual } from 'node:util';
import { neverDown, type PlatformLedger, type PlatformState } from '../../shared/limit-increase/platform-state.ts';

type Verbs = {
  [Verb in keyof PlatformLedger]: (
    ...args: Parameters<PlatformLedger[Verb]>
  ) => Awaited<ReturnType<PlatformLedger[Verb]>>;
};

/** How the platform is, as the ledger in memory keeps it. */
export function createMemoryPlatform(): Verbs {
  let state: PlatformState = neverDown;
  return {
    readPlatformState: () => state,
    declareDown({ reason, since, nextProbeAt }) {
      if (state.state === 'down') return state.since === since ? 'declared' : 'stands';
      const { downTotalMs } = state;
      state = { state: 'down', reason, since, nextProbeAt, probes: 0, downTotalMs };
      return 'declared';
    },
    takeProbe(known, { chunk, nextProbeAt }) {
      if (state.state === 'up') return false;
      const probes = known.probes + 1;
      const { reason, since, downTotalMs } = state;
      const after = { state: 'down', reason, since, downTotalMs, nextProbeAt, probes, lastProbed: chunk } as const;
      if (isDeepStrictEqual(state, after)) return true;
      if (state.nextProbeAt !== known.nextProbeAt || state.probes !== known.probes) return false;
      state = after;
      return true;
    },
    declareUp({ since, at }) {
      if (state.state === 'up') return state.since === at ? 'declared' : 'stands';
      if (state.since !== since) return 'stands';
      state = { state: 'up', since: at, downTotalMs: state.downTotalMs + at - since };
      return 'declared';
    },
  };
}
