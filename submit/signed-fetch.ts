import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

type Identity = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that last for a while only. */
  readonly sessionToken?: string;
};

/** As they are, or whatever finds (and renews) them. */
export type Credentials = Identity | (() => Promise<Identity>);

export type Signing = {
  readonly credentials: Credentials;
  readonly service: string;
  readonly region: string;
};

type Sent = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
};

/** Sends a request as the AWS SDK signs it. */
export async function signedFetch(url: string, { credentials, service, region }: Signing, sent: Sent = {}) {
  const { method = 'GET', headers = {}, body, signal } = sent;
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({ credentials, service, region, sha256: Sha256 });
  const signed = await signer.sign({
    ...{ method, protocol, hostname, port: Number(port), path: pathname, query: Object.fromEntries(searchParams) },
    ...{ headers: { ...headers, host }, body },
  });
  return fetch(url, { method, headers: signed.headers, body: body ?? null, signal: signal ?? null });
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** The hash that the signer asks for, by Node's own. */
class Sha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {}
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
