import { createHash } from 'node:crypto';
import * as z from 'zod';

// What a service does on its bad days, on demand. Off until someone asks for it. Which faults there are, its door says.

const when = z.strictObject({
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
const given = z.array(z.looseObject({ fault: z.unknown() }));

type Occasion = { readonly operation: string; readonly caller: string | undefined };

/** How a test or a developer sets the faults of a door. `Given`: a fault as it is written down. */
export type FaultRules<Given> = {
  /** These and no others from now on. The first rule that matches and strikes decides. @throws ZodError */
  readonly set: (rules: readonly (z.input<typeof when> & { readonly fault: Given })[]) => void;
  readonly clear: () => void;
  /** How often a fault struck since the rules were set. */
  readonly struck: () => number;
};

/** The door's own side of it. */
export type StrikingFaults<Fault, Given> = FaultRules<Given> & {
  readonly strike: (occasion: Occasion) => Fault | undefined;
  /** As `set`, from JSON. */
  readonly read: (rules: unknown) => void;
};

/** @param canBefall whether a fault means anything to an operation; else it lets it pass. */
export function createFaultRules<Fault, Given>(
  faultSchema: z.ZodType<Fault, Given>,
  canBefall: (fault: Fault, operation: string) => boolean,
): StrikingFaults<Fault, Given> {
  type Rule = z.output<typeof when> & { readonly fault: Fault; met: number; hits: number };
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
  const read = (told: unknown): void => {
    rules = given
      .parse(told)
      .map(({ fault, ...rest }) => ({ ...when.parse(rest), fault: faultSchema.parse(fault), met: 0, hits: 0 }));
  };

  return {
    set: read,
    read,
    clear: () => {
      rules = [];
    },
    struck: () => rules.reduce((sum, { hits }) => sum + hits, 0),
    strike: (occasion) => rules.find((rule) => strikes(rule, occasion))?.fault,
  };
}

/** The n-th number of a seed, from 0 to below 1. */
const draw = (seed: number, n: number): number =>
  createHash('sha256').update(`${seed}/${n}`).digest().readUInt32BE() / 2 ** 32;
