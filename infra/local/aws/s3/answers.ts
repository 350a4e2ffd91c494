import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

export type S3Answer = {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | Readable | undefined;
};

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** For its header. */
export const requestId = (): string => randomBytes(8).toString('hex').toUpperCase();

/** Text becomes an element; what is undefined is left out; a list repeats the element. */
type Content = string | number | boolean | undefined | readonly Content[] | { readonly [name: string]: Content };

/** 200 with an XML document of S3. */
export function document(root: string, content: Content, headers: OutgoingHttpHeaders = {}): S3Answer {
  const body = `${declaration}<${root} ${namespace}>${inner(content)}</${root}>`;
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

function element(name: string, content: Content): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one: Content) => element(name, one)).join('');
  return `<${name}>${inner(content)}</${name}>`;
}

function inner(content: Content): string {
  if (typeof content !== 'object') return escaped(String(content ?? ''));
  return Object.entries(content)
    .map(([name, one]) => element(name, one))
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"'\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function refusal(status: number, Code: string, Message: string, headers: OutgoingHttpHeaders = {}): S3Answer {
  const body = `${declaration}<Error>${inner({ Code, Message })}</Error>`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

export const accessDenied = (message: string) => refusal(403, 'AccessDenied', message);
export const badSignature = () =>
  refusal(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
export const notEmulated = (what: string) =>
  refusal(501, 'NotImplemented', `The local cloud does not have this operation or option of S3: ${what}`);
export const noSuchBucket = () => refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
export const noSuchKey = (headers?: OutgoingHttpHeaders) =>
  refusal(404, 'NoSuchKey', 'The specified key does not exist.', headers);
export const noSuchVersion = () => refusal(404, 'NoSuchVersion', 'The specified version does not exist.');
export const noSuchUpload = () =>
  refusal(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );
export const preconditionFailed = () =>
  refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
export const badDigest = (header: string) =>
  refusal(400, 'BadDigest', `The ${header} you specified did not match what we received.`);
export const tooLarge = () =>
  refusal(
    400,
    'EntityTooLarge',
    'The local cloud takes at most 11 MiB at once: upload a larger file in parts, as the SDK and the AWS CLI do.',
  );
export const unavailable = () => refusal(503, 'SlowDown', 'Please reduce your request rate.');
