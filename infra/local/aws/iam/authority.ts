import type { IncomingMessage } from 'node:http';
import { credentialsOf } from '../../lambda/credentials.ts';
import type { FunctionSpec } from '../../template/stack.ts';
import { type Grant, isFor } from './policy.ts';
import { accessKeyIdOf, type Signer, verifySignature } from './signature.ts';

/** Who calls, as far as IAM is concerned: a function in its role, or one of those who are given a key to sign with. */
export type Principal = Signer & {
  /** The function's local name, or the caller's. */
  readonly name: string;
  /** Of its session, as AWS names it in a refusal. */
  readonly arn: string;
  readonly grants: readonly Grant[];
};

/** `message`: what AWS says to the caller. */
type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

/** What a function may do, or did. */
export type FunctionGrant = Grant & { readonly function: string };

export type Authority = {
  /**
   * Who signed. `outsider`: nobody here has that access key, or there is none: a developer or a test, who may do anything
   * behind the doors of AWS services. `forged`: the key is a principal's and the signature is not.
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
  /** Who else has a key. What they may do and did is no function's, and not listed. */
  readonly callers?: readonly Principal[] | undefined;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
};

/** IAM for the doors of the local cloud. What is granted is spelled out: there is nothing to evaluate. */
export function createAuthority({ functions, callers = [], account, region, now }: AuthorityDeps): Authority {
  const granted = new Map<string, FunctionGrant>();
  const used = new Map<string, FunctionGrant>();
  const principals = new Map(callers.map((caller) => [caller.accessKeyId, caller]));
  for (const spec of functions) {
    const { localName: name, role } = spec;
    const arn = `arn:aws:sts::${account}:assumed-role/${role.name}/${spec.name}`;
    const principal = { ...credentialsOf(spec), name, arn, grants: role.grants };
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
    authorize: ({ name, arn, grants }, action, resource) => {
      const grant = grants.find((one) => one.action === action && isFor(one, resource));
      if (grant !== undefined) {
        const key = keyOf({ ...grant, function: name });
        const ofFunction = granted.get(key);
        if (ofFunction !== undefined) used.set(key, ofFunction);
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
