import { commonLogTime } from './event.ts';

/** What is known of a request when its answer is out. */
export type AccessEntry = {
  readonly requestId: string;
  readonly receivedAt: number;
  routeKey?: string;
  accountId?: string;
  /** The role's unique ID and the name of the session. */
  callerId?: string;
  integrationLatencyMs?: number;
  readonly status?: number;
  readonly error?: string | undefined;
};

/** The stage's format with its `$context` variables filled in; `-` for what has no value or is not known here. */
export function accessLine(format: string, entry: AccessEntry, now: number): string {
  const values: Readonly<Record<string, string | number | undefined>> = {
    requestId: entry.requestId,
    requestTime: commonLogTime(entry.receivedAt),
    routeKey: entry.routeKey,
    status: entry.status,
    responseLatency: now - entry.receivedAt,
    integrationLatency: entry.integrationLatencyMs,
    'error.message': entry.error,
    'identity.accountId': entry.accountId,
    'identity.caller': entry.callerId,
  };
  return format.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => String(values[name] ?? '-'));
}
