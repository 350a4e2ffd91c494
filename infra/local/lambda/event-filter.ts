import * as z from 'zod';

// Filters of event sources, as far as the template uses them: fields that must be there, or be one of some texts.

const leafSchema = z.array(z.union([z.string(), z.strictObject({ exists: z.literal(true) })])).min(1);
type Leaf = z.infer<typeof leafSchema>;
export type Pattern = Leaf | { readonly [field: string]: Pattern };
const patternSchema: z.ZodType<Pattern> = z.lazy(() => z.union([leafSchema, z.record(z.string(), patternSchema)]));

/** A pattern's text. @throws Error for what is not understood here. */
export const patternText = z.string().transform((text, context): Pattern => {
  const parsed = patternSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: `the local cloud does not understand the filter ${text}` });
  return z.NEVER;
});

const objectSchema = z.record(z.string(), z.unknown());

/** @param without fields that are not known yet: they are taken to match. */
export function matches(pattern: Pattern, value: unknown, without?: string): boolean {
  if (isLeaf(pattern)) return pattern.some((one) => (typeof one === 'string' ? one === value : value !== undefined));
  const fields = objectSchema.safeParse(value);
  return Object.entries(pattern).every(
    ([field, inner]) => field === without || (fields.success && matches(inner, fields.data[field], without)),
  );
}

const isLeaf = (pattern: Pattern): pattern is Leaf => Array.isArray(pattern);
