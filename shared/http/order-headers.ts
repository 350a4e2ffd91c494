import type { Instant } from '../limit-increase/terms.ts';

export type OrderState = {
  readonly requestId: string;
  readonly replayed: boolean;
  /** When the first of the open cards is looked after next; absent if none is known to be open. */
  readonly nextCheckAt: Instant | undefined;
  readonly now: Instant;
};

/** What the headers say of a POST's order: where it stands and when to ask again, if it is not settled yet. */
export function orderHeaders({ requestId, replayed, nextCheckAt, now }: OrderState, settled: boolean) {
  const replay = replayed ? { 'idempotent-replayed': 'true' } : {};
  if (settled) return replay;
  const seconds = Math.ceil(((nextCheckAt ?? now) - now) / 1_000);
  return { ...replay, location: `/v1/limit-increases/${requestId}`, 'retry-after': String(Math.max(1, seconds)) };
}
