import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { synthesizeOnce } from './synthesize-once.ts';

/** Resources are found by how their logical IDs begin. */
export type Change =
  /** Takes an action out of the policy of a role. */
  | { readonly role: string; readonly lessAction: string }
  /** Gives a function another time-out. */
  | { readonly lambda: string; readonly timeoutSeconds: number };

const file = 'KonaCorporateLimitGateway.template.json';
const statement = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });
const document = z.looseObject({ Statement: z.array(statement) });
const role = z.looseObject({
  Type: z.literal('AWS::IAM::Role'),
  Properties: z.looseObject({ Policies: z.array(z.looseObject({ PolicyDocument: document })) }),
});
const lambda = z.looseObject({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.looseObject({ Timeout: z.number() }),
});
const template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/** The stack as it is synthesized, but for these changes. @returns the directory; whoever asks removes it. */
export async function synthesizeChanged(changes: readonly Change[], context: Record<string, string>): Promise<string> {
  const directory = await synthesizeOnce(context);
  const path = join(directory, file);
  const whole = template.parse(JSON.parse(await readFile(path, 'utf8')));
  for (const change of changes) {
    const prefix = 'role' in change ? change.role : change.lambda;
    const logicalId = Object.keys(whole.Resources).find((id) => id.startsWith(prefix)) ?? prefix;
    const resource = whole.Resources[logicalId];
    whole.Resources[logicalId] =
      'role' in change ? without(change.lessAction, role.parse(resource)) : timedOut(change.timeoutSeconds, resource);
  }
  await writeFile(path, JSON.stringify(whole));
  return directory;
}

function without(action: string, given: z.infer<typeof role>): z.infer<typeof role> {
  let removed = 0;
  const Policies = given.Properties.Policies.map((policy) => {
    const Statement = policy.PolicyDocument.Statement.flatMap((one) => {
      const actions = [one.Action].flat();
      const left = actions.filter((other) => other !== action);
      removed += actions.length - left.length;
      return left.length === 0 ? [] : [{ ...one, Action: left }];
    });
    return { ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement } };
  });
  if (removed === 0) throw new Error(`There is no ${action} to be removed.`);
  return { ...given, Properties: { ...given.Properties, Policies } };
}

function timedOut(Timeout: number, resource: unknown): z.infer<typeof lambda> {
  const given = lambda.parse(resource);
  return { ...given, Properties: { ...given.Properties, Timeout } };
}
