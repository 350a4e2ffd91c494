import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { simulatedCredentials } from './credentials.ts';

// The least that can call KONA PLATE: no pool, no time-out, no reading of answers. It shows what is on the line.

export type PlainCall = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/** `whole`: as long as announced. `cut`: it ended too soon. `none`: the connection ended before an answer began. */
export type Seen =
  | {
      readonly end: 'whole' | 'cut';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  | { readonly end: 'none'; readonly code: string };

export const plainCorporation = {
  corporationName: '주식회사 코나',
  bizLicenseNo: '1168200276',
  registrationNumber: '1101110062432',
};

export const plainPar = (number: number): string => `Q1${number.toString(16).toUpperCase().padStart(25, '0')}`;

type Keys = { readonly aspId: string; readonly accessKey: string; readonly secretKey: string };

/** Signs the bytes of `body` as KONA's page says, all at one fixed moment; `serial` makes the correlation ID. */
export function signedCall(body: Buffer, serial: number, keys: Keys = simulatedCredentials): PlainCall {
  const time = '20261122101500';
  const signature = createHmac('sha256', keys.secretKey).update(body).digest('base64');
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'X-KM-User-AspId': keys.aspId,
    'X-KM-Correlation-Id': `${time.slice(2)}-${serial.toString(16).padStart(7, '0')}`,
    'X-KM-Access-Key': keys.accessKey,
    'X-KM-Tran-Token': `KMV1:${time}123:${signature}`,
    'X-KM-Tran-Time': time,
    'X-KM-Time-Zone': 'KST',
  };
  return { headers, body };
}

/** `url`: the simulator's base URL. */
export function createPlainClient(url: string) {
  let serial = 0;
  const sign = (order: unknown, keys?: Keys): PlainCall => {
    serial += 1;
    return signedCall(Buffer.from(JSON.stringify(order)), serial, keys);
  };
  const send = (call: PlainCall, signal?: AbortSignal): Promise<Seen> =>
    sendPlain(`${url}/api/v1/user/namedcard/corp`, call, signal);
  return {
    sign,
    send,
    name: (parList: readonly string[], signal?: AbortSignal, corporation = plainCorporation): Promise<Seen> =>
      send(sign({ ...corporation, parList }), signal),
  };
}

/** Resolves whatever happens on the line. */
export function sendPlain(
  target: string,
  { headers, body }: PlainCall,
  signal?: AbortSignal,
  method = 'POST',
): Promise<Seen> {
  return new Promise((resolve) => {
    const sent = request(target, { method, headers, agent: false, ...(signal === undefined ? {} : { signal }) });
    sent.once('error', (error: NodeJS.ErrnoException) => resolve({ end: 'none', code: error.code ?? error.name }));
    sent.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      // A cut connection is told twice, by 'error' and by 'close': the latter has the whole story.
      response.on('error', () => {});
      response.once('close', () =>
        resolve({
          end: response.complete ? 'whole' : 'cut',
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    sent.end(body);
  });
}

export function jsonOf(seen: Seen): unknown {
  if (seen.end === 'none') throw new Error(`no answer: ${seen.code}`);
  return JSON.parse(seen.body.toString());
}
