import * as z from 'zod';
import { firstPlace, type PageQuery } from '../limit-increase/results.ts';
import { cardStatuses } from '../limit-increase/terms.ts';
import { readCursor } from './cursor.ts';
import type { Fault } from './problem.ts';

export const limitDefault = 100;
const limitMax = 1_000;

const known = ['status', 'limit', 'cursor'];

/** `status`, `limit` and `cursor` of a query; every fault at once. */
export function readPageQuery(
  parameters: Readonly<Record<string, string>>,
  requestId: string,
): { query: PageQuery } | { faults: Fault[] } {
  const faults: Fault[] = [];
  const read = <T>(parameter: string, otherwise: T, parse: (text: string) => T | undefined, wanted: string): T => {
    const text = parameters[parameter];
    if (text === undefined) return otherwise;
    const value = parse(text);
    if (value === undefined) faults.push({ parameter, detail: `must be ${wanted}` });
    return value ?? otherwise;
  };
  const from = read('cursor', firstPlace, (text) => readCursor(text, requestId), 'the nextCursor of this request');
  const limit = read('limit', limitDefault, parseLimit, `a whole number from 1 to ${limitMax}`);
  const status = read('status', undefined, parseStatus, `one of ${cardStatuses.join(', ')}`);
  for (const parameter of Object.keys(parameters).filter((name) => !known.includes(name)))
    faults.push({ parameter, detail: `is unknown; known are ${known.join(', ')}` });
  return faults.length > 0 ? { faults } : { query: { from, limit, status } };
}

function parseLimit(text: string): number | undefined {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= limitMax ? limit : undefined;
}

const parseStatus = (text: string) => z.enum(cardStatuses).safeParse(text).data;
