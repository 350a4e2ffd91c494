/** Who calls, as the IAM authorizer tells the function. The access key and secret open the local API only. */
export type Principal = {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  /** The role's unique ID and the name of the session. */
  readonly userId: string;
};

/** Two roles of two accounts, to sign with. */
export const principals = {
  caller: {
    name: 'caller',
    accessKeyId: 'AKIALOCALCALLER00001',
    secretAccessKey: 'local-secret-of-caller',
    accountId: '111122223333',
    userId: 'AROALOCALCALLER000001:session-1',
  },
  otherCaller: {
    name: 'other-caller',
    accessKeyId: 'AKIALOCALCALLER00002',
    secretAccessKey: 'local-secret-of-other-caller',
    accountId: '444455556666',
    userId: 'AROALOCALCALLER000002:session-2',
  },
} as const satisfies Record<string, Principal>;

/** Whoever does not sign. AWS would answer 403; here it is for trying things by hand. */
export const unsignedPrincipal: Principal = {
  name: 'unsigned-caller',
  accessKeyId: 'AKIALOCALCALLER00000',
  secretAccessKey: '',
  accountId: '111122223333',
  userId: 'AROALOCALCALLER000000:unsigned',
};

/** `requestContext.authorizer.iam` of payload format 2.0. */
export function iamContextOf({ name, accessKeyId, accountId, userId }: Principal) {
  const [, session] = userId.split(':');
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`,
    userId,
  };
}
