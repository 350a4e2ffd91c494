import { parsPerOrderMax } from '../limit-increase/order.ts';
import type { Corporation, Par } from '../limit-increase/terms.ts';
import { kindOf, readCorporation, readPar } from '../limit-increase/text-rules.ts';

/** A row of a file: well formed, or with every reason why not. */
export type Row = {
  /** On which it begins, counted from 1. */
  readonly line: number;
} & (
  | { readonly ok: true; readonly corporation: Corporation; readonly pars: readonly Par[] }
  /** `rows`: for how many rows it counts. */
  | { readonly ok: false; readonly rows: number; readonly reasons: readonly string[] }
);

export type ReadRow = (line: number, fields: ReadonlyMap<string, unknown>, faults?: readonly string[]) => Row;

/** Corporations whose fields were read already: files repeat them row after row. */
const rememberedMax = 10_000;

/** Reads rows by the rules of the API. A row has `par`, or in JSON `parList`. `faults`: what is known to be wrong with it. */
export function createReadRow(): ReadRow {
  const remembered = new Map<string, Corporation>();

  function corporationOf(fields: ReadonlyMap<string, unknown>, reasons: string[]): Corporation | undefined {
    const written = ['corporationName', 'bizLicenseNo', 'registrationNumber', 'affiliateId'].map((name) =>
      fields.get(name),
    );
    // A text that holds the separator is no other text: NUL is a fault in each of them.
    const key = written.every((value) => value === undefined || typeof value === 'string')
      ? written.join('\0')
      : undefined;
    const known = key === undefined ? undefined : remembered.get(key);
    if (known !== undefined) return known;
    const corporation = readCorporation(fields, tellingIn(reasons));
    if (corporation === undefined || key === undefined) return corporation;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(key, corporation);
    return corporation;
  }

  return (line, fields, faults = []) => {
    const reasons = [...faults];
    const corporation = corporationOf(fields, reasons);
    const pars = fields.has('parList') ? readList(fields, reasons) : readOne(fields, reasons);
    if (reasons.length === 0 && corporation !== undefined && pars !== undefined)
      return { line, ok: true, corporation, pars };
    return { line, ok: false, rows: rowsOf(fields), reasons };
  };
}

function readOne(fields: ReadonlyMap<string, unknown>, reasons: string[]): Par[] | undefined {
  const par = readPar(fields.get('par'), tellingIn(reasons));
  return par === undefined ? undefined : [par];
}

function readList(fields: ReadonlyMap<string, unknown>, reasons: string[]): Par[] | undefined {
  const list = fields.get('parList');
  const wanted = `an array of 1 to ${parsPerOrderMax} PARs`;
  if (fields.has('par')) reasons.push('par: goes without parList');
  if (!Array.isArray(list)) {
    reasons.push(`parList: must be ${wanted}; it ${kindOf(list)}`);
    return undefined;
  }
  if (list.length === 0 || list.length > parsPerOrderMax) {
    reasons.push(`parList: must be ${wanted}; it has ${list.length}`);
    return undefined;
  }
  return list.flatMap((entry: unknown, index) => {
    const par = readPar(entry, (_, detail) => void reasons.push(`parList/${index}: ${detail}`) as undefined);
    return par === undefined ? [] : [par];
  });
}

const rowsOf = (fields: ReadonlyMap<string, unknown>): number => {
  const list = fields.get('parList');
  return Array.isArray(list) ? Math.max(1, list.length) : 1;
};

const tellingIn =
  (reasons: string[]) =>
  (name: string, detail: string): undefined => {
    reasons.push(`${name}: ${detail}`);
  };
