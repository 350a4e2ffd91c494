import * as z from 'zod';
import { LedgerItemFault } from './faults.ts';
import type { Key } from './keys.ts';

// One shape for the items of every kind: the key, the version of the schema, when the item may be forgotten, and the
// attributes of its kind. Code that meets a version it does not know stops; the work is then done by code that does.

export type Attributes = Record<string, unknown>;

const schemaVersion = 1;

const keySchema = z.object({ pk: z.string(), sk: z.string() });

const headSchema = z.object({ schemaVersion: z.literal(schemaVersion), expiresAt: z.int() });

/** @param attributes what one kind of item carries beside that, as codecs. */
export function storedItem<Value extends object>(attributes: z.ZodType<Value, object>) {
  return {
    /** @throws LedgerItemFault if the value does not fit the schema. */
    write(key: Key, expiresAt: number, value: Value): Attributes {
      const encoded = z.safeEncode(attributes, value);
      if (!encoded.success) throw new LedgerItemFault(key, encoded.error.issues);
      return { ...key, ...commonAttributes(expiresAt), ...withoutUndefined(encoded.data) };
    },
    /** @throws LedgerItemFault if the item is of another version or shape. */
    read(item: Attributes): Value & { readonly key: Key } {
      const key = keyOf(item);
      const head = headSchema.safeParse(item);
      if (!head.success) throw new LedgerItemFault(key, head.error.issues);
      const parsed = attributes.safeParse(item);
      if (!parsed.success) throw new LedgerItemFault(key, parsed.error.issues);
      return { ...parsed.data, key };
    },
  };
}

/** What every item carries beside its key, for those that come to be by an update. */
export const commonAttributes = (expiresAt: number) => ({ schemaVersion, expiresAt });

export function keyOf(item: Attributes): Key {
  const key = keySchema.safeParse(item);
  if (!key.success) throw new LedgerItemFault({ pk: '(an item)', sk: '(without a key)' }, key.error.issues);
  return { pk: key.data.pk, sk: key.data.sk };
}

/** Attributes as the table takes them: what is undefined is absent, at any depth. */
export function withoutUndefined(value: object): Attributes {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, dense(part)]));
}

function dense(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dense);
  return typeof value === 'object' && value !== null ? withoutUndefined(value) : value;
}
