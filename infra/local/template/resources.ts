import type * as z from 'zod';
import type { Resolve } from './intrinsics.ts';
import { IntrinsicError } from './intrinsics.ts';
import { type PropertiesOf, typesWithoutLocalMeaning, type UnderstoodType, understoodTypes } from './resource-types.ts';
import type { Template } from './template.ts';

export type ResourceOf<T extends UnderstoodType> = { readonly logicalId: string; readonly properties: PropertiesOf<T> };

/** The resources of a template by type, with every reference resolved and every property understood. */
export type Resources = { readonly ofType: <T extends UnderstoodType>(type: T) => readonly ResourceOf<T>[] };

/** The template uses what the local cloud does not have. Each fault begins with the logical ID. */
export class NotUnderstoodError extends Error {
  override readonly name = 'NotUnderstoodError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(['The local cloud does not understand this template:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
    this.faults = faults;
  }
}

/** @throws NotUnderstoodError with every resource type and property that has no meaning here. */
export function readResources(template: Template, resolve: Resolve): Resources {
  const faults: string[] = [];
  const resolved = new Map<string, { type: string; properties: unknown }>();
  for (const [logicalId, { Type: type, Properties: properties }] of Object.entries(template.Resources)) {
    if (typesWithoutLocalMeaning.has(type)) continue;
    const where = `${logicalId} (${type})`;
    if (!isUnderstood(type)) {
      faults.push(`${where}: the type is not emulated`);
      continue;
    }
    try {
      const value = resolve(properties);
      const parsed = understoodTypes[type].safeParse(value);
      if (parsed.success) resolved.set(logicalId, { type, properties: value });
      else for (const issue of parsed.error.issues) faults.push(`${where}: ${describe(issue)}`);
    } catch (error) {
      if (!(error instanceof IntrinsicError)) throw error;
      faults.push(`${where}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new NotUnderstoodError(faults);
  return {
    ofType: <T extends UnderstoodType>(type: T) => {
      const schema: z.ZodType<PropertiesOf<T>> = understoodTypes[type] as never;
      return [...resolved]
        .filter(([, resource]) => resource.type === type)
        .map(([logicalId, { properties }]) => ({ logicalId, properties: schema.parse(properties) }));
    },
  };
}

function isUnderstood(type: string): type is UnderstoodType {
  return Object.hasOwn(understoodTypes, type);
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
