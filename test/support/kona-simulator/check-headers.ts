import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, emptyAnswer, refusalAnswer } from './answer.ts';

// KONA's page says for each header how long it is; what answer a wrong one gets it does not say. Here it is told with
// the codes of the neighbouring pages, the header's name last.

const missing = (field: string): Answer =>
  refusalAnswer({ code: '000_003', description: `Required value is missing : ${field}` });
const invalid = (field: string): Answer =>
  refusalAnswer({ code: '000_002', description: `Invalid or empty value : ${field}` });
const wrongLength = (field: string): Answer =>
  refusalAnswer({ code: '000_015', description: `Invalid length : ${field}` });

export const fieldFaults = { missing, invalid, wrongLength };

const konaHeaders = [
  { name: 'X-KM-User-AspId', length: 15, form: /^[0-9A-Za-z]+$/ },
  { name: 'X-KM-Correlation-Id', length: 20, form: /^\d{12}-[0-9a-f]{7}$/i },
  { name: 'X-KM-Access-Key', length: 40, form: /^[\x21-\x7e]+$/ },
  // KONA's page says 66 characters; the sample on the same page has 67, and so has what its parts add up to.
  { name: 'X-KM-Tran-Token', length: 67, form: /^KMV1:\d{17}:[0-9A-Za-z+/]{43}=$/ },
  { name: 'X-KM-Tran-Time', length: 14, form: /^\d+$/ },
  { name: 'X-KM-Time-Zone', length: 3, form: /^[A-Z]+$/ },
] as const;

type KonaHeaderName = (typeof konaHeaders)[number]['name'];
export type KonaHeaders = Readonly<Record<KonaHeaderName, string>>;

export type CheckedHeaders = { readonly headers: KonaHeaders } | { readonly fault: Answer };

/** Every header present, of its exact length and form, and all three times one and the same moment. */
export function checkHeaders(received: IncomingHttpHeaders): CheckedHeaders {
  const single = (name: string): string => String(received[name.toLowerCase()] ?? '');
  if (!/^application\/json\s*(;|$)/.test(single('Content-Type'))) return { fault: invalid('Content-Type') };
  if (!single('Accept').includes('application/json')) return { fault: invalid('Accept') };
  for (const { name, length, form } of konaHeaders) {
    const value = single(name);
    if (value === '') return { fault: missing(name) };
    // Seen in practice: a correlation ID of another length makes the platform fall over.
    if (value.length !== length) {
      return { fault: name === 'X-KM-Correlation-Id' ? emptyAnswer(500) : wrongLength(name) };
    }
    if (!form.test(value)) return { fault: invalid(name) };
  }
  const headers: KonaHeaders = {
    'X-KM-User-AspId': single('X-KM-User-AspId'),
    'X-KM-Correlation-Id': single('X-KM-Correlation-Id'),
    'X-KM-Access-Key': single('X-KM-Access-Key'),
    'X-KM-Tran-Token': single('X-KM-Tran-Token'),
    'X-KM-Tran-Time': single('X-KM-Tran-Time'),
    'X-KM-Time-Zone': single('X-KM-Time-Zone'),
  };
  return oneMoment(headers);
}

function oneMoment(headers: KonaHeaders): CheckedHeaders {
  const tranTime = headers['X-KM-Tran-Time'];
  if (!isMoment(tranTime)) return { fault: invalid('X-KM-Tran-Time') };
  if (headers['X-KM-Tran-Token'].slice(5, 19) !== tranTime) return { fault: invalid('X-KM-Tran-Token') };
  // The correlation ID leaves out the century.
  if (headers['X-KM-Correlation-Id'].slice(0, 12) !== tranTime.slice(2)) {
    return { fault: invalid('X-KM-Correlation-Id') };
  }
  return { headers };
}

/** `yyyyMMddHHmmss`, and on the calendar: the thirteenth month is none. */
function isMoment(digits: string): boolean {
  const iso = digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6.000Z');
  const moment = Date.parse(iso);
  return !Number.isNaN(moment) && new Date(moment).toISOString() === iso;
}
