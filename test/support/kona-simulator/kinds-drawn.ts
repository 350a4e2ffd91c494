import { type MisbehaviourKind, misbehaviourKinds } from './misbehaviour-kinds.ts';

/** All that tell no lie except those that the gateway does not handle yet: unclear refusals, cards listed twice, long words. */
export const kindsDrawn: readonly MisbehaviourKind[] = misbehaviourKinds.filter(
  ({ name, lies }) => !lies && !/^(unclear_|refusal_other_code|list_twice|list_words_long)/.test(name),
);
