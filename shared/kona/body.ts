import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

type Inflate = (body: Uint8Array, bounds: { maxOutputLength: number }) => Promise<Buffer>;

/** We ask for none of them, but a proxy on the way may not care. */
const inflateBy: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** The JSON value of a body, or why there is none. */
export type ReadBody =
  | { readonly json: unknown; readonly fault?: undefined }
  | { readonly fault: 'unreadable_encoding' | 'not_utf8' | 'not_json' };

/** Inflates (to no more than `bytesMax`), decodes and parses. `contentEncoding` is the header as it came. */
export async function readJsonBody(
  body: Uint8Array,
  contentEncoding: string | undefined,
  bytesMax: number,
): Promise<ReadBody> {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return parseJsonBytes(body);
  const inflateBody = inflateBy.get(encoding);
  if (inflateBody === undefined) return { fault: 'unreadable_encoding' };
  try {
    return parseJsonBytes(await inflateBody(body, { maxOutputLength: bytesMax }));
  } catch {
    return { fault: 'unreadable_encoding' };
  }
}

/** Strict: a broken character must not become another corporation's name in a message. */
export function parseJsonBytes(bytes: Uint8Array): ReadBody {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'not_utf8' };
  }
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { fault: 'not_json' };
  }
}
