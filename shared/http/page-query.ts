import * as z from 'zod';
import { firstPlace, type PageQuery } from '../limit-increase/results.ts';
import { cardStatuses } from '../limit-increase/terms.ts';
import { readCursor } from './cursor.ts';
import { createParameters, parseLimit, wantedLimit } from './parameters.ts';
import type { Fault } from './problem.ts';

export const limitDefault = 100;
const limitMax = 1_000;

/** `status`, `limit` and `cursor` of a query; every fault at once. */
export function readPageQuery(
  parameters: Readonly<Record<string, string>>,
  requestId: string,
): { query: PageQuery } | { faults: Fault[] } {
  const { read, faults } = createParameters(parameters, ['status', 'limit', 'cursor']);
  const from = read('cursor', firstPlace, (text) => readCursor(text, requestId), 'the nextCursor of this request');
  const limit = read('limit', limitDefault, parseLimit(limitMax), wantedLimit(limitMax));
  const status = read('status', undefined, parseStatus, `one of ${cardStatuses.join(', ')}`);
  return faults().length > 0 ? { faults: faults() } : { query: { from, limit, status } };
}

const parseStatus = (text: string) => z.enum(cardStatuses).safeParse(text).data;
