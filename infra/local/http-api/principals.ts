import type { Principal as Authorized } from '../aws/iam/authority.ts';
import { readReadmePolicies } from '../aws/iam/readme-policies.ts';

/** Who calls, as the IAM authorizer tells the function. The access key and secret are of use here only. */
export type Principal = {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  /** The role's unique ID and the name of the session. */
  readonly userId: string;
  /** By their names in README.md. */
  readonly policies: readonly string[];
};

/** Two roles of two accounts, to sign with. The first may do all that it takes to order and to submit files, the other order only. */
export const principals = {
  caller: {
    name: 'caller',
    accessKeyId: 'AKIALOCALCALLER00001',
    secretAccessKey: 'local-secret-of-caller',
    accountId: '111122223333',
    userId: 'AROALOCALCALLER000001:session-1',
    policies: ['order', 'read', 'upload', 'reports'],
  },
  otherCaller: {
    name: 'other-caller',
    accessKeyId: 'AKIALOCALCALLER00002',
    secretAccessKey: 'local-secret-of-other-caller',
    accountId: '444455556666',
    userId: 'AROALOCALCALLER000002:session-2',
    policies: ['order'],
  },
} as const satisfies Record<string, Principal>;

/** Whoever does not sign, and may do all. AWS would answer 403; here it is for trying things by hand. */
export const unsignedPrincipal: Principal = {
  name: 'unsigned-caller',
  accessKeyId: 'AKIALOCALCALLER00000',
  secretAccessKey: '',
  accountId: '111122223333',
  userId: 'AROALOCALCALLER000000:unsigned',
  policies: [],
};

/**
 * Those who sign, as IAM knows them.
 * @param values what stands for the placeholders of README.md: `region`, `account`, `apiId`, `uploadsBucket`.
 * @throws Error if README.md has no policy of a name.
 */
export async function readCallers(values: Readonly<Record<string, string>>): Promise<Authorized[]> {
  const readme = await readReadmePolicies(values);
  const grantsOf = (policy: string) => {
    const grants = readme.get(policy);
    if (grants === undefined) throw new Error(`README.md has no policy "${policy}".`);
    return grants;
  };
  return Object.values(principals).map(({ name, accessKeyId, secretAccessKey, accountId, userId, policies }) => ({
    ...{ name, accessKeyId, secretAccessKey },
    arn: arnOf({ name, accountId, userId }),
    grants: policies.flatMap(grantsOf),
  }));
}

function arnOf({ name, accountId, userId }: Pick<Principal, 'name' | 'accountId' | 'userId'>): string {
  const [, session] = userId.split(':');
  return `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`;
}

/** `requestContext.authorizer.iam` of payload format 2.0. */
export function iamContextOf({ name, accessKeyId, accountId, userId }: Principal) {
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: arnOf({ name, accountId, userId }),
    userId,
  };
}
