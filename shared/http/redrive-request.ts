import * as z from 'zod';
import { type RedrivableStatus, redrivableStatuses } from '../limit-increase/terms.ts';
import { kindOf } from '../limit-increase/text-rules.ts';
import type { ApiRequest } from './api-request.ts';
import { readJsonBody } from './json-body.ts';
import { type Fault, type Problem, problem } from './problem.ts';

type Sent = Pick<ApiRequest, 'headers' | 'body' | 'isBase64Encoded'>;

const byDefault: readonly RedrivableStatus[] = ['unresolved'];
const wanted = `an array of at least one of ${redrivableStatuses.join(', ')}`;
/** A body of nothing but errors must not make an answer of megabytes. */
const errorsMax = 100;

/** The statuses whose cards are to be reopened, in one order whatever that of the body; or a problem with every error of the body. */
export function readRedriveRequest(request: Sent): { statuses: readonly RedrivableStatus[] } | { problem: Problem } {
  if (saysNothing(request)) return { statuses: byDefault };
  const read = readJsonBody(request);
  if ('problem' in read) return read;
  const errors: Fault[] = [];
  const statuses = readBody(read, (pointer, detail) => void errors.push({ pointer, detail }));
  if (errors.length === 0) return { statuses: redrivableStatuses.filter((status) => statuses.has(status)) };
  const shown = errors.slice(0, errorsMax);
  const [count, more] = [errors.length, errors.length - shown.length];
  const detail = `Nothing was reopened. The body has ${count === 1 ? '1 error' : `${count} errors`}: see errors${more > 0 ? `, which lists the first ${errorsMax}` : ''}.`;
  return { problem: problem('invalid-redrive', { detail, errors: shown }) };
}

type AddError = (pointer: string, detail: string) => void;

function readBody({ json, repeated }: { json: unknown; repeated: readonly string[] }, add: AddError) {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    add('', `must be a JSON object with statuses; it ${kindOf(json)}`);
    return new Set<RedrivableStatus>();
  }
  // A map: a field may have any name, `__proto__` too.
  const fields = new Map<string, unknown>(Object.entries(json));
  const statuses = readStatuses(fields.get('statuses'), add);
  if (repeated.includes('statuses')) add('/statuses', 'appears more than once');
  for (const name of fields.keys())
    if (name !== 'statuses') add(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'is unknown; use statuses');
  return statuses;
}

function readStatuses(sent: unknown, add: AddError): ReadonlySet<RedrivableStatus> {
  const statuses = new Set<RedrivableStatus>();
  const entries = z.array(z.unknown()).safeParse(sent);
  if (!entries.success) add('/statuses', `must be ${wanted}; it ${kindOf(sent)}`);
  else if (entries.data.length === 0) add('/statuses', `must be ${wanted}; it is empty`);
  for (const [index, entry] of (entries.data ?? []).entries()) {
    const status = z.enum(redrivableStatuses).safeParse(entry);
    if (!status.success) add(`/statuses/${index}`, `must be one of ${redrivableStatuses.join(', ')}`);
    else if (statuses.has(status.data)) add(`/statuses/${index}`, 'repeats an earlier value');
    else statuses.add(status.data);
  }
  return statuses;
}

/** No body, or an empty JSON object, as some clients send with every POST. */
function saysNothing({ body = '', isBase64Encoded }: Sent): boolean {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('latin1') : body;
  return /^\s*(\{\s*\}\s*)?$/.test(text);
}
