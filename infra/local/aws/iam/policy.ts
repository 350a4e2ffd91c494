import * as z from 'zod';

// Policies as the local cloud can hold every call against them: each statement allows literal actions on literal ARNs,
// or on all objects of a bucket under a prefix, so that "is it granted?" is a look into a list. What would need an
// evaluation (Deny, NotAction, Condition, other wildcards) stops the boot: half understood, it would let through what AWS
// denies, or the other way round.

/** One action on one resource. */
export type Grant = { readonly action: string; readonly resource: string };

const action = z.string().regex(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/, 'an action is spelled out, as service:Action');
const literalArn = z.string().regex(/^arn:aws:[a-z0-9-]+:[^:*?]*:[^:*?]*:[^*?]+$/, 'a resource is a literal ARN');
const oneOrMore = <T extends z.ZodType>(one: T) => z.union([one.transform((only) => [only]), z.array(one).min(1)]);

const literalStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow'),
  Action: oneOrMore(action),
  Resource: oneOrMore(literalArn),
});

/** A key is of use through a service only, in the function's name: no door here is ever asked for it. */
const keys = literalStatement.extend({
  Action: oneOrMore(action.startsWith('kms:')),
  Condition: z
    .strictObject({ StringEquals: z.record(z.literal(['kms:ViaService', 'kms:CallerAccount']), z.string()) })
    .optional(),
});

/** X-Ray knows no resources. */
const traces = z.strictObject({
  Effect: z.literal('Allow'),
  Action: oneOrMore(action.startsWith('xray:')),
  Resource: z.literal('*').transform((all) => [all]),
});

/** The ARN of a log group ends in `:*`, for its streams. */
const logs = z.strictObject({
  Effect: z.literal('Allow'),
  Action: oneOrMore(action.startsWith('logs:')),
  Resource: z
    .string()
    .regex(/^arn:aws:logs:[^:*?]+:\d+:log-group:[^:*?]+:\*$/)
    .transform((group) => [group]),
});

/** Objects have no names before they are there: all under a prefix are granted, by a `*` at the end. */
const objects = literalStatement.extend({
  Action: oneOrMore(action.startsWith('s3:')),
  Resource: oneOrMore(
    z.string().regex(/^arn:aws:s3:::[a-z0-9.-]+(\/[^*?]*\*?)?$/, 'a resource is a bucket, or a prefix in it and a *'),
  ),
});

const special = [
  ['s3:', objects],
  ['xray:', traces],
  ['logs:', logs],
  ['kms:', keys],
] as const;

/** A statement is read as what its first action makes it, so that what is wrong with it is said in one sentence. */
const statement = z.unknown().transform((given, context) => {
  const first = z.looseObject({ Action: oneOrMore(z.string()) }).safeParse(given).data?.Action[0] ?? '';
  const schema = special.find(([prefix]) => first.startsWith(prefix))?.[1] ?? literalStatement;
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path });
  return z.NEVER;
});

export const policyDocumentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statement),
});

export type PolicyDocument = z.output<typeof policyDocumentSchema>;

/** Whether a resource is what a grant is for. As in IAM, a star stands for any text, slashes too. */
export const isFor = ({ resource: granted }: Grant, resource: string): boolean =>
  new RegExp(`^${granted.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(resource);

/** Every action of a statement on every one of its resources. */
export function grantsOf({ Statement }: PolicyDocument): Grant[] {
  return Statement.flatMap(({ Action, Resource }) =>
    Action.flatMap((one) => Resource.map((resource) => ({ action: one, resource }))),
  );
}
