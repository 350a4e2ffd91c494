import type { Clock } from '../limit-increase/ports.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { type Credentials, parseSecret } from './secret.ts';

// The secret, cached with a bound. Keys are rotated, so it is read anew after a while, and at once (but not in a storm)
// when the platform refuses it. When the store of secrets is down, an older secret is better than none.

/** The text of the secret, wherever it is kept. */
export type ReadSecret = () => Promise<string>;

export type CredentialSource = {
  /** The secret at hand. Throws only if there is none and none can be read. */
  current(): Promise<Credentials>;
  /** The platform refused these: `refresh` will not take them for different ones. */
  markRefused(refused: Credentials): void;
  /**
   * Reads the secret anew unless the one at hand has not been refused yet (another call has refreshed it meanwhile);
   * at most once a minute. True if a secret that has not been refused is now at hand.
   */
  refresh(): Promise<boolean>;
};

/** The secret could not be read, or is malformed. `stillUsable`: an older one is at hand, and used. */
export type SecretNotice = { readonly error: unknown; readonly stillUsable: boolean };

export type CredentialDeps = {
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  /** Told of every failed read: the one who logs decides how loud. */
  readonly onSecretFailure: (notice: SecretNotice) => void;
  readonly maxAgeMs?: number | undefined;
};

const refreshPauseMs = 60_000;
/** After a failed read the older secret is used this long without a further try, so that a call need not wait for each. */
const failurePauseMs = 15_000;

type Held = { readonly text: string; readonly credentials: Credentials };

/** A cache of one secret, for one process. Concurrent readers share one read. */
export function createCredentials(deps: CredentialDeps): CredentialSource {
  const { readSecret, clock, onSecretFailure, maxAgeMs = 300_000 } = deps;
  const refused = new WeakSet<Credentials>();
  let held: Held | undefined;
  let nextReadAt: Instant | undefined;
  let lastRefreshAt: Instant | undefined;
  let reading: Promise<Held> | undefined;

  async function read(): Promise<Held> {
    try {
      const text = await readSecret();
      // The same text stays the same object, so a refusal sticks to it.
      if (text !== held?.text) held = { text, credentials: parseSecret(text) };
      nextReadAt = clock() + maxAgeMs;
      return held;
    } catch (error) {
      onSecretFailure({ error, stillUsable: held !== undefined });
      if (held === undefined) throw error;
      nextReadAt = clock() + failurePauseMs;
      return held;
    }
  }

  function readOnce(): Promise<Held> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** A clock that was set back far must not keep an old secret alive. */
  const isFresh = (now: Instant): boolean =>
    nextReadAt !== undefined && now < nextReadAt && nextReadAt - now <= maxAgeMs;

  return {
    async current() {
      if (held !== undefined && isFresh(clock())) return held.credentials;
      return (await readOnce()).credentials;
    },

    markRefused(credentials) {
      refused.add(credentials);
    },

    async refresh() {
      if (held !== undefined && !refused.has(held.credentials)) return true;
      const now = clock();
      const tooSoon = lastRefreshAt !== undefined && Math.abs(now - lastRefreshAt) < refreshPauseMs;
      if (tooSoon && reading === undefined) return false;
      if (!tooSoon) lastRefreshAt = now;
      try {
        return !refused.has((await readOnce()).credentials);
      } catch {
        // `onSecretFailure` was told; a refusal stays a refusal.
        return false;
      }
    },
  };
}
