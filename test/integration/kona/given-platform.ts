import { onTestFinished } from 'vitest';
import { createPlatform, type PlatformDeps } from '../../../shared/kona/client.ts';
import { createKeepAliveAgent } from '../../../shared/kona/connection-pool.ts';
import { createCredentials } from '../../../shared/kona/credentials.ts';
import type { CallOutcome, Platform, PlatformCall } from '../../../shared/limit-increase/ports.ts';
import { parSchema } from '../../../shared/limit-increase/terms.ts';
import type { ReceivedRequest } from './raw-peer.ts';

export const secret = {
  aspId: 'ASP000000000001',
  accessKey: '0123456789abcdefghijklmnopqrstuvwxyzABCD',
  secretKey: 'the-secret-key',
};
/** The first 12 hex digits of the access key's SHA-256, worked out by another tool. */
export const keyId = 'fb65825bb81d';
export const par = parSchema.parse('Q180BEA3B2F1BBD8410336D66A4');
/** 2026-11-22 10:15:00.007 in Korea. */
export const at = Date.UTC(2026, 10, 22, 1, 15, 0, 7);

export const aCall: PlatformCall = {
  correlationId: '261122101500-0a1b2c3',
  startedAt: at,
  corporation: { corporationName: '㈜코나 🏦', bizLicenseNo: '1168200276', registrationNumber: '1101110062432' },
  pars: [par],
  timeoutMs: 5_000,
};

/** A platform at a port of this machine; its pool ends with the test. */
export function platformAt(
  port: number,
  deps: Partial<PlatformDeps> & { scheme?: string; ca?: string } = {},
): Platform {
  const { scheme = 'http', ca, ...given } = deps;
  const baseUrl = `${scheme}://127.0.0.1:${port}/open-api`;
  const agent = createKeepAliveAgent(baseUrl, { ca });
  onTestFinished(() => agent.destroy());
  return createPlatform({
    baseUrl,
    timeZone: 'KST',
    connectTimeoutMs: 2_000,
    messageEncryption: false,
    credentials: credentialsOf(() => JSON.stringify(secret)),
    clock: () => at,
    randomHex: () => '0a1b2c3',
    agent,
    ...given,
  });
}

export function credentialsOf(text: () => string, clock: () => number = () => at) {
  return createCredentials({ readSecret: async () => text(), clock, onSecretFailure: () => undefined });
}

export const success = { response: { code: '000_000', description: 'success' }, namedResultList: [{ par }] };

export type RawAnswer = {
  readonly status?: string;
  readonly headers?: readonly string[];
  /** An object is sent as JSON. */
  readonly body?: Buffer | string | object | null | undefined;
};

/** An answer's head and body, with the echo of the correlation ID and a Content-Length. */
export function answer(
  request: ReceivedRequest,
  { status = '200 OK', headers = [], body = success }: RawAnswer,
): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const echo = headers.some((header) => /^x-km-correlation-id/i.test(header))
    ? []
    : [`X-KM-Correlation-Id: ${request.correlationId}`];
  const head = [`HTTP/1.1 ${status}`, ...echo, ...headers, `Content-Length: ${bytes.length}`];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}

/** How long a call took, beside its outcome. */
export async function timed(platform: Platform, call: PlatformCall): Promise<{ outcome: CallOutcome; ms: number }> {
  const begun = performance.now();
  const outcome = await platform.call(call);
  return { outcome, ms: performance.now() - begun };
}
