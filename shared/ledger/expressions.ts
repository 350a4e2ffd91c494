import type { Condition } from './conditions.ts';
import type { Attributes } from './stored-item.ts';

/** What an update does to an item: attributes to set, to add to, to remove. `a.b` is the attribute `b` of the map `a`. */
export type Change = {
  readonly set?: Attributes;
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
};

export type Expressions = {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
};

/** A change and its condition in DynamoDB's words. Every name is written as a placeholder: many of ours are reserved words. */
export function expressionsOf(condition?: Condition, { set = {}, add = {}, remove = [] }: Change = {}): Expressions {
  const clauses = [
    clause('SET', Object.keys(set), (path) => `${named(path)} = ${valued(path)}`),
    clause('ADD', Object.keys(add), (path) => `${named(path)} ${valued(path)}`),
    clause('REMOVE', remove, named),
  ];
  const update = clauses.filter((words) => words !== '').join(' ');
  const paths = [...Object.keys(set), ...Object.keys(add), ...remove];
  const names = [...(condition?.names ?? []), ...paths.flatMap((path) => path.split('.'))];
  const changed = Object.entries({ ...set, ...add }).map(([path, value]) => [valued(path), value]);
  const values: Attributes = { ...condition?.values, ...Object.fromEntries(changed) };
  return {
    ...(condition && { ConditionExpression: condition.expression }),
    ...(update !== '' && { UpdateExpression: update }),
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

const clause = (verb: string, paths: readonly string[], write: (path: string) => string): string =>
  paths.length === 0 ? '' : `${verb} ${paths.map(write).join(', ')}`;

const named = (path: string): string => `#${path.replaceAll('.', '.#')}`;
const valued = (path: string): string => `:new_${path.replaceAll('.', '_')}`;
