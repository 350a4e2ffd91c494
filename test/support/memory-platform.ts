import { isDeepStrictEqual } from 'node:util';
import { nothingNoted, type PlatformLedger, type PlatformState } from '../../shared/limit-increase/platform-state.ts';

type Verbs = {
  [Verb in keyof PlatformLedger]: (
    ...args: Parameters<PlatformLedger[Verb]>
  ) => Awaited<ReturnType<PlatformLedger[Verb]>>;
};

/** What is known of the platform, as the ledger in memory keeps it. */
export function createMemoryPlatform(): Verbs {
  let state: PlatformState = nothingNoted;
  return {
    readPlatformState: () => state,
    writePlatformState(next) {
      if (isDeepStrictEqual(state, next)) return 'written';
      // guard: turn-once
      if (state.version !== next.version - 1) return 'stands';
      state = next;
      return 'written';
    },
  };
}
