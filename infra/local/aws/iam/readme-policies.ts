import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Grant } from './policy.ts';

// The policies that README.md gives to callers and uploaders. The local cloud holds its callers to the page itself, so that
// what is pasted from there into an account was tried before.

const readme = join(import.meta.dirname, '../../../../README.md');

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statement = z.strictObject({
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});
const policy = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement) });

export type ReadmePolicy = { readonly name: string; readonly statements: readonly z.output<typeof statement>[] };

/** Every policy of a page or a part of it: a name in bold, what it is for, and the JSON. @throws ZodError */
export function policiesIn(page: string): ReadmePolicy[] {
  return [...page.matchAll(/^\*\*(\w+)\*\*[^\n]*\n\n```json\n([^`]*)```/gm)].map(([, name = '', json = '']) => ({
    name,
    statements: policy.parse(JSON.parse(json)).Statement,
  }));
}

/**
 * What each policy of README.md grants, by its name.
 * @param values what stands here for `<region>`, `<uploadsBucket>` and the like.
 */
export async function readReadmePolicies(
  values: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const filledIn = (text: string) => text.replaceAll(/<(\w+)>/g, (placeholder, name) => values[name] ?? placeholder);
  const policies = policiesIn(await readFile(readme, 'utf8'));
  return new Map(policies.map(({ name, statements }) => [name, grantsOf(statements, filledIn)]));
}

/** Without those under a condition: they are about the key, which no door is asked for, and about listing reports, which is denied here. */
function grantsOf(statements: ReadmePolicy['statements'], filledIn: (text: string) => string): Grant[] {
  return statements
    .filter(({ Condition }) => Condition === undefined)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ action, resource: filledIn(resource) }))),
    );
}
