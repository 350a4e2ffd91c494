import * as z from 'zod';
import type { Answer } from './answer.ts';
import { fieldFaults } from './check-headers.ts';

// The body's fields within the limits of KONA's page. Lengths are counted in code points.

export type NamingOrder = {
  readonly corporationName: string;
  readonly bizLicenseNo: string;
  readonly registrationNumber: string;
  readonly affiliateId?: string | undefined;
  readonly parList: readonly string[];
};

export type CheckedBody = { readonly order: NamingOrder } | { readonly fault: Answer };

const objectSchema = z.looseObject({ parList: z.unknown().optional() });
const orderSchema = z.object({
  corporationName: z.string(),
  bizLicenseNo: z.string(),
  registrationNumber: z.string(),
  affiliateId: z.string().optional(),
  parList: z.array(z.string()),
});

const fields = [
  { name: 'corporationName', required: true, min: 1, max: 80, form: /\S/u },
  { name: 'bizLicenseNo', required: true, min: 1, max: 10, form: /^\d+$/ },
  { name: 'registrationNumber', required: true, min: 1, max: 13, form: /^\d+$/ },
  { name: 'affiliateId', required: false, min: 15, max: 15, form: /^[0-9A-Za-z]+$/ },
] as const;

/** `bytes` as they were received. The first fault found is the answer, the field's name at its end. */
export function checkBody(bytes: Buffer): CheckedBody {
  const body = objectSchema.safeParse(readJson(bytes));
  if (!body.success) return { fault: fieldFaults.invalid('body') };
  for (const { name, required, min, max, form } of fields) {
    const value = body.data[name] ?? undefined;
    if (value === undefined && !required) continue;
    if (value === undefined) return { fault: fieldFaults.missing(name) };
    if (typeof value !== 'string' || value === '') return { fault: fieldFaults.invalid(name) };
    const length = [...value].length;
    if (length < min || length > max) return { fault: fieldFaults.wrongLength(name) };
    if (!form.test(value)) return { fault: fieldFaults.invalid(name) };
  }
  const listFault = parListFault(body.data.parList);
  if (listFault !== undefined) return { fault: listFault };
  return { order: orderSchema.parse(withoutNulls(body.data)) };
}

function parListFault(value: unknown): Answer | undefined {
  if (value === undefined || value === null) return fieldFaults.missing('parList');
  const pars = z.array(z.string()).min(1).safeParse(value);
  if (!pars.success) return fieldFaults.invalid('parList');
  if (pars.data.some((par) => [...par].length !== 27)) return fieldFaults.wrongLength('parList');
  return pars.data.every((par) => /^[0-9A-Z]+$/.test(par)) ? undefined : fieldFaults.invalid('parList');
}

const withoutNulls = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));

/** Undefined if it is not JSON in well-formed UTF-8. A BOM is not JSON either. */
function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
