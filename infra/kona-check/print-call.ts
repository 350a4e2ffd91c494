import { readJsonBody } from '../../shared/kona/body.ts';
import { namedCardRequest } from '../../shared/kona/contract.ts';
import { readingRows } from './gateway-reading.ts';
import type { MadeCall } from './make-call.ts';
import { type Mask, printable } from './mask.ts';
import type { RecordedExchange } from './recorder.ts';
import { type CaseName, cases, type Verdict } from './verdict.ts';

/** UTF-16 units of a body that are printed. */
const shownMax = 4_000;
const bytesMax = 1_048_576;

/** All that is known of one call, masked. */
export async function callLines(name: CaseName, call: MadeCall, verdict: Verdict, mask: Mask): Promise<string[]> {
  const { httpStatus, code, promise } = cases[name];
  const { exchanged } = call;
  const asDocumented = verdict.verdict === 'as documented';
  return [
    ...(exchanged === undefined ? [] : sentLines(call, exchanged, mask)),
    ...(exchanged === undefined ? [] : await answerLines(exchanged, mask)),
    '  The gateway reads',
    ...readingRows(call).map(([label, value]) => row(label, printable(mask(value)))),
    '  The page promises',
    row('answer', `HTTP ${httpStatus}, ${code}: ${promise}`),
    row('verdict', asDocumented ? verdict.verdict : `${verdict.verdict.toUpperCase()}`),
    ...verdict.differences.map((difference) => row('', printable(mask(difference)))),
  ];
}

const row = (label: string, value: string): string => `    ${label.padEnd(15)} ${value}`.trimEnd();

const secretHeaders = new Set(['X-KM-User-AspId', 'X-KM-Access-Key', 'X-KM-Crypto-Key-Id']);

function sentLines({ corporation, par }: MadeCall, { url, headers, body }: RecordedExchange, mask: Mask): string[] {
  const isEncrypted = 'X-KM-Crypto-Key-Id' in headers;
  const text = body.toString();
  return [
    '  Sent',
    `    POST ${printable(mask(url.href))}`,
    ...Object.entries(headers).map(([name, value]) => `    ${name}: ${shownHeader(name, value, mask)}`),
    '',
    ...(isEncrypted ? [`    (encrypted: ${body.length} bytes; before encryption:)`] : []),
    ...bodyLines(isEncrypted ? namedCardRequest(corporation, [par]) : text, mask),
  ];
}

function shownHeader(name: string, value: string, mask: Mask): string {
  const length = `(${value.length} characters)`;
  if (secretHeaders.has(name)) return `*** ${length}`;
  // The token's time is no secret; its signature is.
  return name === 'X-KM-Tran-Token' ? `${value.replace(/[^:]*$/, '***')} ${length}` : printable(mask(value));
}

/** A cookie may hold a session's token. */
const answerHeader = (name: string, value: string): string =>
  name.toLowerCase() === 'set-cookie' ? value.replace(/=[^;]*/, '=***') : value;

async function answerLines({ result, head, answerBody, durationMs }: RecordedExchange, mask: Mask): Promise<string[]> {
  if (head === undefined) {
    const reason = result.kind === 'whole' ? '' : `: ${result.reason}`;
    return ['  Answered', `    nothing${reason}, after ${durationMs} ms`];
  }
  const encoding = head.headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  return [
    `  Answered after ${durationMs} ms`,
    `    ${printable(mask(head.statusLine))}`,
    ...head.headers.map(([name, value]) => `    ${printable(mask(`${name}: ${answerHeader(name, value)}`))}`),
    '',
    ...(result.kind === 'whole' ? [] : [`    (no whole answer: ${result.reason}; what came of the body:)`]),
    ...(encoding === undefined || encoding === 'identity'
      ? textLines(answerBody, mask)
      : await inflatedLines(answerBody, encoding, mask)),
  ];
}

function textLines(body: Buffer, mask: Mask): string[] {
  if (body.length === 0) return ['    (no body)'];
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  const isUtf8 = Buffer.from(text).equals(body);
  return [...(isUtf8 ? [] : ['    (not UTF-8: what cannot be decoded is shown as U+FFFD)']), ...bodyLines(text, mask)];
}

async function inflatedLines(body: Buffer, encoding: string, mask: Mask): Promise<string[]> {
  const note = `${body.length} bytes with Content-Encoding ${printable(mask(encoding))}`;
  const read = await readJsonBody(body, encoding, bytesMax);
  if (read.fault !== undefined) return [`    (${note}: ${read.fault})`];
  return [`    (${note}; decompressed, and written as JSON again:)`, ...bodyLines(JSON.stringify(read.json), mask)];
}

// Masked as a whole: a secret may lie across the cut.
function bodyLines(text: string, mask: Mask): string[] {
  const safe = mask(text);
  const lines = safe.slice(0, shownMax).toWellFormed().split(/\r?\n/);
  const note = `    (cut: ${shownMax} of ${safe.length} characters are shown)`;
  return [...lines.map((line) => `    ${printable(line)}`.trimEnd()), ...(safe.length > shownMax ? [note] : [])];
}
