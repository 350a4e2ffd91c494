import type { Resources } from '../../template/resources.ts';
import { type Grant, grantsOf } from './policy.ts';

/** A role of the template, with all that its inline and its attached policies grant. */
export type Role = { readonly name: string; readonly arn: string; readonly grants: readonly Grant[] };

type Lookups = { readonly ref: (logicalId: string) => string; readonly arn: (logicalId: string) => string };

/** @throws Error if a policy is attached to a role that is not in the template. */
export function readRoles(resources: Resources, { ref, arn }: Lookups): Role[] {
  const policies = resources.ofType('AWS::IAM::Policy');
  const roles = resources.ofType('AWS::IAM::Role').map(({ logicalId, properties }) => {
    const name = ref(logicalId);
    const attached = policies.filter(({ properties: { Roles } }) => Roles.includes(name));
    const documents = [...properties.Policies, ...attached.map((policy) => policy.properties)];
    return { name, arn: arn(logicalId), grants: documents.flatMap(({ PolicyDocument }) => grantsOf(PolicyDocument)) };
  });
  for (const { logicalId, properties } of policies) {
    const lost = properties.Roles.find((name) => !roles.some((role) => role.name === name));
    if (lost !== undefined) throw new Error(`${logicalId}: the role ${lost} is not in the template.`);
  }
  return roles;
}
