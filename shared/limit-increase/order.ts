import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Corporation, type Par, parSchema } from './terms.ts';

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

type TextRule = {
  readonly wanted: string;
  /** How many characters, counted as code points. */
  readonly length: readonly [min: number, max: number];
  /** What each of them must be. */
  readonly character: RegExp;
  readonly hyphens?: 'dropped';
};

// KONA's page gives the lengths; its two numbers have no room for hyphens.
const textRules = {
  corporationName: { wanted: 'a text of 1 to 80 characters', length: [1, 80], character: /./u },
  bizLicenseNo: {
    wanted: 'a text of 1 to 10 digits (hyphens are dropped)',
    length: [1, 10],
    character: /[0-9]/,
    hyphens: 'dropped',
  },
  registrationNumber: {
    wanted: 'a text of 1 to 13 digits (hyphens are dropped)',
    length: [1, 13],
    character: /[0-9]/,
    hyphens: 'dropped',
  },
  affiliateId: { wanted: 'a text of exactly 15 characters, or left out', length: [15, 15], character: /./u },
} as const satisfies Record<string, TextRule>;

const parRule: TextRule = {
  wanted: 'a text of 27 characters, each 0-9 or A-Z',
  length: [27, 27],
  character: /[0-9A-Z]/,
};

const knownFields: ReadonlySet<string> = new Set([...Object.keys(textRules), 'parList']);

/** Reads an order from parsed JSON of any shape; every fault at once. More cards than may be sent is told apart. */
export function readOrder(body: unknown): OrderReading {
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
  const text = (name: keyof typeof textRules) => readText(`/${name}`, fields.get(name), textRules[name], told);

  const corporationName = text('corporationName');
  const bizLicenseNo = text('bizLicenseNo');
  const registrationNumber = text('registrationNumber');
  const affiliateId = fields.has('affiliateId') ? text('affiliateId') : undefined;
  const sent = fields.get('parList');
  const tooManyCards = Array.isArray(sent) && sent.length > parsPerOrderMax;
  const parList = readParList(sent, told);
  tellUnknownFields([...fields.keys()], told);

  if (faults.length > 0 || !corporationName || !bizLicenseNo || !registrationNumber || !parList)
    return { ok: false, tooManyCards, faults };
  const corporation = { corporationName, bizLicenseNo, registrationNumber, ...(affiliateId && { affiliateId }) };
  return { ok: true, order: { corporation, parList } };
}

type Told = (pointer: string, detail: string) => undefined;

function readParList(sent: unknown, told: Told): Par[] | undefined {
  const entries = z.array(z.unknown()).safeParse(sent);
  const wanted = `an array of 1 to ${parsPerOrderMax} PARs`;
  if (!entries.success) return told('/parList', `must be ${wanted}; it ${kindOf(sent)}`);
  const { length } = entries.data;
  if (length === 0) return told('/parList', `must be ${wanted}; it is empty`);
  if (length > parsPerOrderMax) return told('/parList', `must be ${wanted}; it has ${length}: send several orders`);
  const pars = new Set<Par>();
  for (const [index, entry] of entries.data.entries()) {
    const par = parSchema.safeParse(readText(`/parList/${index}`, entry, parRule, told));
    if (par.success) pars.add(par.data);
  }
  return [...pars];
}

function readText(pointer: string, value: unknown, rule: TextRule, told: Told): string | undefined {
  const wrong = (given: string) => told(pointer, `must be ${rule.wanted}; it ${given}`);
  if (typeof value !== 'string') return wrong(kindOf(value));
  if (!value.isWellFormed()) return wrong('holds half of a surrogate pair');
  const trimmed = value.normalize('NFC').trim();
  const text = rule.hyphens === 'dropped' ? trimmed.replaceAll('-', '') : trimmed;
  const strange = strangeCharacter(text);
  if (strange !== undefined) return wrong(`holds ${strange}`);
  const characters = [...text];
  const [min, max] = rule.length;
  const stranger = characters.findIndex((character) => !rule.character.test(character));
  if (characters.length === 0) return wrong('is empty');
  if (characters.length < min || characters.length > max) return wrong(`has ${characters.length} characters`);
  return stranger < 0 ? text : wrong(`has another character in place ${stranger + 1}`);
}

// A line break could begin a header; the replacement character is what is left of a text that was not sent as UTF-8.
function strangeCharacter(text: string): string | undefined {
  const [found] = /[\p{Cc}\p{Zl}\p{Zp}\u{FFFD}]/u.exec(text) ?? [];
  if (found === undefined) return undefined;
  if (found === '\u{FFFD}') return 'U+FFFD: some of it was not sent as UTF-8';
  const hex = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `a control character (U+${hex})`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (Array.isArray(value)) return 'is an array';
  return typeof value === 'object' ? 'is an object' : `is a ${typeof value}`;
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
