import { type MisbehaviourKind, misbehaviourKinds } from './misbehaviour-kinds.ts';

/** All that tell no lie but those that the gateway does not read yet: unclear refusals, and cards listed twice. */
export const kindsDrawn: readonly MisbehaviourKind[] = misbehaviourKinds.filter(
  ({ name, lies }) => !lies && !/^(unclear_|refusal_other_code|list_twice|list_words_long)/.test(name),
);
