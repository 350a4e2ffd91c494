/** Takes a request in if the bucket has a token for it. */
export type Admit = (now: number) => boolean;

/** A token bucket, as API Gateway throttles a stage: full at first, refilled evenly. */
export function createThrottle(settings: { readonly burst: number; readonly perSecond: number } | undefined): Admit {
  if (settings === undefined) return () => true;
  const { burst, perSecond } = settings;
  let tokens = burst;
  let filledAt: number | undefined;
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - (filledAt ?? now)) / 1_000) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
