import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { synthesize } from '../../infra/local/synthesize.ts';

/** An action that is taken out of the policy of a role, found by how its logical ID begins. */
export type Removal = { readonly role: string; readonly action: string };

const file = 'KonaCorporateLimitGateway.template.json';
const statement = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });
const document = z.looseObject({ Statement: z.array(statement) });
const role = z.looseObject({
  Type: z.literal('AWS::IAM::Role'),
  Properties: z.looseObject({ Policies: z.array(z.looseObject({ PolicyDocument: document })) }),
});
const template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/** The stack as it is synthesized, less these grants. @returns the directory; whoever asks removes it. */
export async function synthesizeWithout(
  removals: readonly Removal[],
  context: Record<string, string>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kona-gateway-less-'));
  await synthesize(directory, context, process.env);
  const path = join(directory, file);
  const whole = template.parse(JSON.parse(await readFile(path, 'utf8')));
  for (const removal of removals) remove(whole.Resources, removal);
  await writeFile(path, JSON.stringify(whole));
  return directory;
}

function remove(resources: Record<string, unknown>, removal: Removal): void {
  const logicalId = Object.keys(resources).find((id) => id.startsWith(removal.role)) ?? '';
  const found = role.parse(resources[logicalId]);
  let removed = 0;
  for (const policy of found.Properties.Policies) {
    const { Statement } = policy.PolicyDocument;
    policy.PolicyDocument.Statement = Statement.flatMap((one) => {
      const actions = [one.Action].flat();
      const left = actions.filter((action) => action !== removal.action);
      removed += actions.length - left.length;
      return left.length === 0 ? [] : [{ ...one, Action: left }];
    });
  }
  if (removed === 0) throw new Error(`${removal.role} has no ${removal.action} to be removed.`);
  resources[logicalId] = found;
}
