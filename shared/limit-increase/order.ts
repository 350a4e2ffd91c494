import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Corporation, Par } from './terms.ts';
import { corporationFields, kindOf, readCorporation, readPar, type Told } from './text-rules.ts';

/** A well-formed order: texts trimmed and NFC, numbers without hyphens, no card twice. */
export type Order = { readonly corporation: Corporation; readonly parList: readonly Par[] };

/** `pointer`: a JSON pointer (RFC 6901) into the body. `detail`: what is wanted and what was given, never a whole PAR. */
type OrderFault = { readonly pointer: string; readonly detail: string };

export type OrderReading =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly tooManyCards: boolean; readonly faults: readonly OrderFault[] };

/** Of one request, counted as sent: repeats too. */
export const parsPerOrderMax = 1_000;

/** A fault is listed for each, but a body of nothing else must not make an answer of megabytes. */
const unknownFieldsListedMax = 100;

const knownFields: ReadonlySet<string> = new Set([...corporationFields, 'parList']);

/**
 * Reads an order from parsed JSON of any shape; every fault at once. More cards than may be sent is told apart.
 *
 * @param repeated the names that the JSON had more than once: of two lists of cards, parsed JSON holds the last alone.
 */
export function readOrder(body: unknown, repeated: readonly string[] = []): OrderReading {
  const faults: OrderFault[] = [];
  const told = (pointer: string, detail: string): undefined => {
    faults.push({ pointer, detail });
  };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    told('', `must be a JSON object with ${[...knownFields].join(', ')}; it ${kindOf(body)}`);
    return { ok: false, tooManyCards: false, faults };
  }
  // A map: a field may have any name, `__proto__` too.
  const fields = new Map<string, unknown>(Object.entries(body));
  const corporation = readCorporation(fields, (name, detail) => told(`/${name}`, detail));
  const sent = fields.get('parList');
  const tooManyCards = Array.isArray(sent) && sent.length > parsPerOrderMax;
  const parList = readParList(sent, told);
  for (const name of repeated.filter((one) => knownFields.has(one))) told(`/${name}`, 'stands more than once');
  tellUnknownFields([...fields.keys()], told);

  if (faults.length > 0 || corporation === undefined || parList === undefined)
    return { ok: false, tooManyCards, faults };
  return { ok: true, order: { corporation, parList } };
}

function readParList(sent: unknown, told: Told): Par[] | undefined {
  const entries = z.array(z.unknown()).safeParse(sent);
  const wanted = `an array of 1 to ${parsPerOrderMax} PARs`;
  if (!entries.success) return told('/parList', `must be ${wanted}; it ${kindOf(sent)}`);
  const { length } = entries.data;
  if (length === 0) return told('/parList', `must be ${wanted}; it is empty`);
  if (length > parsPerOrderMax) return told('/parList', `must be ${wanted}; it has ${length}: send several orders`);
  const pars = new Set<Par>();
  for (const [index, entry] of entries.data.entries()) {
    const par = readPar(entry, (_, detail) => told(`/parList/${index}`, detail));
    if (par !== undefined) pars.add(par);
  }
  return [...pars];
}

function tellUnknownFields(names: readonly string[], told: Told): void {
  const unknown = names.filter((name) => !knownFields.has(name));
  for (const name of unknown.slice(0, unknownFieldsListedMax)) {
    told(
      `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      `is unknown; known are ${[...knownFields].join(', ')}`,
    );
  }
  const more = unknown.length - unknownFieldsListedMax;
  if (more > 0) told('', `has ${more} more unknown fields`);
}

/**
 * `v1:` and the SHA-256 of the order in canonical form, which the order of keys and of cards does not change. The text
 * before the colon is the form's version: an order stored under an older one is compared by the older one.
 */
export function fingerprint({ corporation, parList }: Order): string {
  const { corporationName, bizLicenseNo, registrationNumber, affiliateId = null } = corporation;
  const canonical = [corporationName, bizLicenseNo, registrationNumber, affiliateId, [...parList].sort()];
  return `v1:${createHash('sha256').update(JSON.stringify(canonical)).digest('hex')}`;
}

/** Crockford's base32: no letter that looks like a digit. */
const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const requestIdLength = 26;

/** The request that a caller's key stands for: 26 characters, the first 130 bits of a SHA-256 over both. */
export function requestIdOf(scope: string, key: string): string {
  // As a JSON array: no other scope and key are written alike.
  const digest = createHash('sha256')
    .update(JSON.stringify([scope, key]))
    .digest('hex');
  const bits = BigInt(`0x${digest}`);
  const digitAt = (place: number) => Number((bits >> BigInt(256 - 5 * (place + 1))) & 31n);
  return Array.from({ length: requestIdLength }, (_, place) => base32.charAt(digitAt(place))).join('');
}

/** What a request ID looks like. */
export const requestIdSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
