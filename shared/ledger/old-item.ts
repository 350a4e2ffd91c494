import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './stored-item.ts';

// A failed condition brings the old item inside an error, and the document client leaves errors as they are: in
// DynamoDB's own notation. Only the types that the ledger writes are known here.

/** The old item of a failed condition; undefined if nothing stood there. */
export function oldItem(item: Record<string, AttributeValue> | undefined): Attributes | undefined {
  if (item === undefined || Object.keys(item).length === 0) return undefined;
  return plainMap(item);
}

const plainMap = (map: Record<string, AttributeValue>): Attributes =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, plain(value)]));

function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return plainMap(value.M);
  if (value.L !== undefined) return value.L.map(plain);
  return undefined;
}
