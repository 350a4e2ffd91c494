import { type Corporation, type Par, parSchema } from './terms.ts';

// What the fields of an order must be, whether they come in a body or on the row of a file: one rule for both.

/** Told of a fault: of which field, and what is wanted and was given, never a whole PAR. */
export type Told = (name: string, detail: string) => undefined;

type TextRule = {
  readonly wanted: string;
  /** How many characters, counted as code points. */
  readonly length: readonly [min: number, max: number];
  /** What each of them must be. */
  readonly character: RegExp;
  readonly hyphens?: 'dropped';
};

// KONA's page gives the lengths; its two numbers have no room for hyphens.
const corporationRules = {
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

export const corporationFields = Object.keys(corporationRules);

/** The corporation's own fields; undefined if one of them has a fault. `affiliateId` may be absent. */
export function readCorporation(fields: ReadonlyMap<string, unknown>, told: Told): Corporation | undefined {
  const text = (name: keyof typeof corporationRules) => readText(name, fields.get(name), corporationRules[name], told);
  const corporationName = text('corporationName');
  const bizLicenseNo = text('bizLicenseNo');
  const registrationNumber = text('registrationNumber');
  const affiliateId = fields.has('affiliateId') ? text('affiliateId') : undefined;
  if (!corporationName || !bizLicenseNo || !registrationNumber) return undefined;
  if (fields.has('affiliateId') && affiliateId === undefined) return undefined;
  return { corporationName, bizLicenseNo, registrationNumber, ...(affiliateId && { affiliateId }) };
}

/** One card's reference; undefined if it has a fault. */
export function readPar(value: unknown, told: Told): Par | undefined {
  const whole = parSchema.safeParse(value);
  if (whole.success) return whole.data;
  return parSchema.safeParse(readText('par', value, parRule, told)).data;
}

function readText(name: string, value: unknown, rule: TextRule, told: Told): string | undefined {
  const wrong = (given: string) => told(name, `must be ${rule.wanted}; it ${given}`);
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

// A line break could begin a header; the replacement character is what is left of bytes that are no text.
function strangeCharacter(text: string): string | undefined {
  const [found] = /[\p{Cc}\p{Zl}\p{Zp}\u{FFFD}]/u.exec(text) ?? [];
  if (found === undefined) return undefined;
  if (found === '\u{FFFD}') return 'U+FFFD: some of it could not be decoded';
  const hex = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `a control character (U+${hex})`;
}

/** What a value of JSON is, to go after `it`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (Array.isArray(value)) return 'is an array';
  return typeof value === 'object' ? 'is an object' : `is a ${typeof value}`;
}
