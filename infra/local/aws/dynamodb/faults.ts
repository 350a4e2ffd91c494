import { createHash } from 'node:crypto';
import * as z from 'zod';

// What DynamoDB does on its bad days, on demand. Off until someone asks for it.

const faultSchema = z.discriminatedUnion('kind', [
  /** Refused before it had any effect. */
  z.strictObject({
    kind: z.literal('throttle'),
    error: z.enum(['ProvisionedThroughputExceededException', 'ThrottlingException']).default('ThrottlingException'),
  }),
  /** Another writer is at one of the items: a transaction is cancelled, a single write refused. No effect. */
  z.strictObject({ kind: z.literal('transaction_conflict') }),
  /** It takes effect, and the caller gets no answer or a 500. */
  z.strictObject({ kind: z.literal('lost_acknowledgement'), as: z.enum(['reset', 'server_error']).default('reset') }),
  /** Of a BatchWriteItem only the first `taken` writes are carried out. */
  z.strictObject({ kind: z.literal('unprocessed_items'), taken: z.int().min(0).default(0) }),
  /** It takes effect, and the answer comes so much later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0).max(60_000) }),
]);
export type Fault = z.output<typeof faultSchema>;

const ruleSchema = z.strictObject({
  fault: faultSchema,
  /** Such as TransactWriteItems; absent: every one that the fault can befall. */
  operation: z.string().optional(),
  /** The local name of a function; absent: whoever calls. */
  caller: z.string().optional(),
  /** So many that it could befall are let through first. */
  skip: z.int().min(0).default(0),
  /** How often it strikes; absent: until the rules change. */
  times: z.int().min(1).optional(),
  /** Of those that it could befall, which part it strikes; the seed alone decides which ones. */
  share: z.number().min(0).max(1).default(1),
  seed: z.int().default(1),
});
export const faultRulesSchema = z.array(ruleSchema);
type FaultRule = z.input<typeof ruleSchema>;

type Occasion = { readonly operation: string; readonly caller: string | undefined };

/** How a test or a developer sets the faults of the DynamoDB door. */
export type FaultControls = {
  /** These and no others from now on. The first rule that matches and strikes decides. @throws ZodError */
  readonly set: (rules: readonly FaultRule[]) => void;
  readonly clear: () => void;
  /** How often a fault struck since the rules were set. */
  readonly struck: () => number;
};

export type Faults = FaultControls & { readonly strike: (occasion: Occasion) => Fault | undefined };

export function createFaults(): Faults {
  type Rule = z.output<typeof ruleSchema> & { met: number; hits: number };
  let rules: Rule[] = [];

  const strikes = (rule: Rule, { operation, caller }: Occasion): boolean => {
    if (!canBefall(rule.fault, operation) || (rule.operation ?? operation) !== operation) return false;
    if (rule.caller !== undefined && rule.caller !== caller) return false;
    rule.met += 1;
    if (rule.met <= rule.skip || rule.hits >= (rule.times ?? Infinity)) return false;
    if (draw(rule.seed, rule.met) >= rule.share) return false;
    rule.hits += 1;
    return true;
  };

  return {
    set: (given) => {
      rules = faultRulesSchema.parse(given).map((rule) => ({ ...rule, met: 0, hits: 0 }));
    },
    clear: () => {
      rules = [];
    },
    struck: () => rules.reduce((sum, { hits }) => sum + hits, 0),
    strike: (occasion) => rules.find((rule) => strikes(rule, occasion))?.fault,
  };
}

const transactions = ['TransactWriteItems', 'TransactGetItems'];
const singleWrites = ['PutItem', 'UpdateItem', 'DeleteItem'];

function canBefall({ kind }: Fault, operation: string): boolean {
  if (kind === 'unprocessed_items') return operation === 'BatchWriteItem';
  return kind !== 'transaction_conflict' || [...transactions, ...singleWrites].includes(operation);
}

/** The n-th number of a seed, from 0 to below 1. */
const draw = (seed: number, n: number): number =>
  createHash('sha256').update(`${seed}/${n}`).digest().readUInt32BE() / 2 ** 32;
