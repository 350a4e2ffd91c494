import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, emptyAnswer, refusalAnswer } from './answer.ts';
import { checkBody, type NamingOrder } from './check-body.ts';
import { checkHeaders, type KonaHeaders } from './check-headers.ts';
import type { Credentials } from './credentials.ts';

// Everything here is computed from the bytes received and shares no code with any client, so that a client's mistake
// is found and not repeated.

export type ReceivedCall = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** Why a request was turned away: a fault of its `form`, which no careful client makes, or of its `credentials`. */
export type CheckedRequest =
  | { readonly order: NamingOrder; readonly correlationId: string }
  | { readonly fault: Answer; readonly of: 'form' | 'credentials' };

/** No page of KONA's tells how it refuses a key: these two codes are the simulator's own. */
const unknownKey = refusalAnswer({ code: '900_001', description: 'Invalid X-KM-Access-Key' }, 401);
const badSignature = refusalAnswer({ code: '900_002', description: 'Invalid signature in X-KM-Tran-Token' }, 401);

const callPath = '/open-api/api/v1/user/namedcard/corp';

export function checkRequest(received: ReceivedCall, credentials: readonly Credentials[]): CheckedRequest {
  if (received.path !== callPath) return { fault: emptyAnswer(404), of: 'form' };
  if (received.method !== 'POST') return { fault: emptyAnswer(405), of: 'form' };
  const checked = checkHeaders(received.headers);
  if ('fault' in checked) return { fault: checked.fault, of: 'form' };
  const refused = checkSignature(checked.headers, received.body, credentials);
  if (refused !== undefined) return { fault: refused, of: 'credentials' };
  const body = checkBody(received.body);
  if ('fault' in body) return { fault: body.fault, of: 'form' };
  return { order: body.order, correlationId: checked.headers['X-KM-Correlation-Id'] };
}

function checkSignature(headers: KonaHeaders, body: Buffer, credentials: readonly Credentials[]): Answer | undefined {
  const key = credentials.find(
    ({ accessKey, aspId, active }) =>
      accessKey === headers['X-KM-Access-Key'] && aspId === headers['X-KM-User-AspId'] && active !== false,
  );
  if (key === undefined) return unknownKey;
  const signature = createHmac('sha256', key.secretKey).update(body).digest('base64');
  return headers['X-KM-Tran-Token'].slice('KMV1:'.length + 18) === signature ? undefined : badSignature;
}
