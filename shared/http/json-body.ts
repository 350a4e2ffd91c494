import { repeatedNames } from '../json/repeated-names.ts';
import type { ApiRequest } from './api-request.ts';
import { type Problem, type ProblemName, problem } from './problem.ts';

/** A thousand cards take some forty thousand. */
const bodyBytesMax = 262_144;

const mediaType = /^application\/(?:json|[\w.+-]+\+json)\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

type Sent = Pick<ApiRequest, 'headers' | 'body' | 'isBase64Encoded'>;

/** `repeated`: the names that the object has more than once. */
type JsonBody = { readonly json: unknown; readonly repeated: readonly string[] };

/** The parsed body; or why it cannot be parsed. */
export function readJsonBody({ headers, body, isBase64Encoded }: Sent): JsonBody | { problem: Problem } {
  const fault = (name: ProblemName, detail: string) => ({ problem: problem(name, { detail }) });
  const contentType = headers['content-type'];
  if (!mediaType.test(contentType ?? '')) {
    const given = contentType === undefined ? 'it is missing' : 'it is another';
    return fault('unsupported-media-type', `Content-Type must be application/json in UTF-8; ${given}.`);
  }
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > bodyBytesMax) {
    return fault('body-too-large', `The body must have at most ${bodyBytesMax} bytes; it has ${bytes.length}.`);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return fault('invalid-json', 'The body must be UTF-8; it holds other bytes.');
  if (text.trim() === '') return fault('invalid-json', 'The body must be a JSON object; it is empty.');
  try {
    const json: unknown = JSON.parse(text);
    const repeated = typeof json === 'object' && json !== null ? repeatedNames(text, json) : [];
    return { json, repeated };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fault('invalid-json', `The body must be JSON; it cannot be parsed${whereIn(error)}.`);
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

// Of the parser's message only the place, if it tells one: the rest may quote the body, with its cards.
function whereIn({ message }: SyntaxError): string {
  const [, position] = /at position (\d{1,9})/.exec(message) ?? [];
  return position === undefined ? '' : ` (at character ${position})`;
}
