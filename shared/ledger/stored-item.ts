import * as z from 'zod';
import { hasExpired } from '../limit-increase/retention.ts';
import type { EpochSeconds, Instant } from '../limit-increase/terms.ts';
import { LedgerItemFault } from './faults.ts';
import type { Key } from './keys.ts';

// One shape for the items of every kind: the key, the version of the schema, when the item expires, and the
// attributes of its kind. Code that meets a version it does not know stops; the work is then done by code that does.

export type Attributes = Record<string, unknown>;

const schemaVersion = 1;

const keySchema = z.object({ pk: z.string(), sk: z.string() });

const headSchema = z.object({ schemaVersion: z.literal(schemaVersion), expiresAt: z.int() });

/** What is read of every item beside its attributes. */
type Head = { readonly key: Key; readonly expiresAt: EpochSeconds };

/** @param attributes what one kind of item carries beside that, as codecs. */
export function storedItem<Value extends object>(attributes: z.ZodType<Value, object>) {
  return {
    /** @throws LedgerItemFault if the value does not fit the schema. */
    write(key: Key, expiresAt: EpochSeconds, value: Value): Attributes {
      const encoded = z.safeEncode(attributes, value);
      if (!encoded.success) throw new LedgerItemFault(key, encoded.error.issues);
      return { ...key, ...commonAttributes(expiresAt), ...withoutUndefined(encoded.data) };
    },
    /** @throws LedgerItemFault if the item is of another version or shape. */
    read(item: Attributes): Value & Head {
      const key = keyOf(item);
      const head = headSchema.safeParse(item);
      if (!head.success) throw new LedgerItemFault(key, head.error.issues);
      const parsed = attributes.safeParse(item);
      if (!parsed.success) throw new LedgerItemFault(key, parsed.error.issues);
      return { ...parsed.data, key, expiresAt: head.data.expiresAt };
    },
  };
}

/**
 * Of the items, those that exist at this time: DynamoDB deletes what has expired days later. An item without a readable
 * time is left in, for its reader to refuse.
 */
export const unexpired = (items: readonly Attributes[], at: Instant): Attributes[] =>
  items.filter((item) => {
    const head = headSchema.safeParse(item);
    return !head.success || !hasExpired(head.data.expiresAt, at);
  });

/** What every item carries beside its key, for those that come to be by an update. */
export const commonAttributes = (expiresAt: EpochSeconds) => ({ schemaVersion, expiresAt });

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
