import type { IncomingMessage } from 'node:http';
import { credentialsOf } from '../../lambda/credentials.ts';
import type { FunctionSpec } from '../../template/stack.ts';
import { type Grant, isFor } from './policy.ts';
import { accessKeyIdOf, type Signer, verifySignature } from './signature.ts';

/** A function in its role: who calls, as far as IAM is concerned. */
type Principal = Signer & {
  /** The function's local name. */
  readonly name: string;
  /** Of its session, as AWS names it in a refusal. */
  readonly arn: string;
};

/** `message`: what AWS says to the caller. */
type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

/** What a function may do, or did. */
export type FunctionGrant = Grant & { readonly function: string };

export type Authority = {
  /**
   * Who signed. `outsider`: the access key is no function's, or there is none: a developer or a test, who may do
   * anything here. `forged`: the key is a function's and the signature is not.
   */
  readonly identify: (service: string, request: IncomingMessage, body: Buffer) => Principal | 'outsider' | 'forged';
  /** Whom AWS itself acts for, when it does something in the name of a function of the stack. */
  readonly inRoleOf: (spec: Pick<FunctionSpec, 'name'>) => Principal;
  /** Holds a call against the principal's role, and remembers it if it is granted. */
  readonly authorize: (principal: Principal, action: string, resource: string) => Decision;
  /** All that the roles of the functions grant, sorted. */
  readonly granted: () => readonly FunctionGrant[];
  /** The part of it that was made use of since boot, sorted. */
  readonly used: () => readonly FunctionGrant[];
};

export type AuthorityDeps = {
  readonly functions: readonly FunctionSpec[];
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
};

/** IAM for the doors of the local cloud. What is granted is spelled out: there is nothing to evaluate. */
export function createAuthority({ functions, account, region, now }: AuthorityDeps): Authority {
  const granted = new Map<string, FunctionGrant>();
  const used = new Map<string, FunctionGrant>();
  const principals = new Map<string, Principal>();
  for (const spec of functions) {
    const { localName: name, role } = spec;
    const arn = `arn:aws:sts::${account}:assumed-role/${role.name}/${spec.name}`;
    const principal = { ...credentialsOf(spec), name, arn };
    principals.set(principal.accessKeyId, principal);
    for (const grant of role.grants) granted.set(keyOf({ ...grant, function: name }), { ...grant, function: name });
  }

  return {
    identify: (service, { method = '', url: target = '', headers, rawHeaders }, body) => {
      const principal = principals.get(accessKeyIdOf(headers.authorization) ?? '');
      if (principal === undefined) return 'outsider';
      const signers = [principal];
      const signed = { method, target, rawHeaders, body };
      return verifySignature(signed, { signers, service, region, now: now() }) ?? 'forged';
    },
    inRoleOf: (spec) => {
      const principal = principals.get(credentialsOf(spec).accessKeyId);
      if (principal === undefined) throw new Error(`${spec.name} is no function of the stack.`);
      return principal;
    },
    authorize: ({ name, arn }, action, resource) => {
      const grant = [...granted.values()].find(
        (one) => one.function === name && one.action === action && isFor(one, resource),
      );
      if (grant !== undefined) {
        used.set(keyOf(grant), grant);
        return { allowed: true };
      }
      const because = `because no identity-based policy allows the ${action} action`;
      return {
        allowed: false,
        message: `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
      };
    },
    granted: () => sorted(granted),
    used: () => sorted(used),
  };
}

const keyOf = (grant: FunctionGrant): string => `${grant.function} ${grant.action} ${grant.resource}`;

const sorted = (grants: ReadonlyMap<string, FunctionGrant>): FunctionGrant[] =>
  [...grants.keys()].sort().flatMap((key) => grants.get(key) ?? []);
