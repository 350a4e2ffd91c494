import type { Condition } from './conditions.ts';
import type { Attributes } from './stored-item.ts';

/** What an update does to an item: attributes to set, to add to, to remove. */
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
    clause('SET', Object.keys(set), (name) => `#${name} = :new_${name}`),
    clause('ADD', Object.keys(add), (name) => `#${name} :new_${name}`),
    clause('REMOVE', remove, (name) => `#${name}`),
  ];
  const update = clauses.filter((words) => words !== '').join(' ');
  const names = [...(condition?.names ?? []), ...Object.keys(set), ...Object.keys(add), ...remove];
  const changed = Object.entries({ ...set, ...add }).map(([name, value]) => [`:new_${name}`, value]);
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

const clause = (verb: string, names: readonly string[], write: (name: string) => string): string =>
  names.length === 0 ? '' : `${verb} ${names.map(write).join(', ')}`;
