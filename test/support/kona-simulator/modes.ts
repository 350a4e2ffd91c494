import * as z from 'zod';
import { textLengthSchema } from './misbehaviour.ts';
import { rateLimitSchema } from './rate-limit.ts';

// What KONA does not publish, as switches: whoever relies on one reading can be tried against the other.

const refusedCorporationSchema = z.strictObject({
  bizLicenseNo: z.string(),
  status: z.number().int().min(400).max(599).default(400),
  /** `html` and `empty` carry no code, as from a firewall in front of the platform. */
  body: z.enum(['json', 'html', 'empty']).default('json'),
  code: z.string().default('999_999'),
  description: z.string().default('Unknown error'),
});

export const modesSchema = z.strictObject({
  /** What a card is that nobody set up. */
  cards: z.enum(['known', 'unknown']).default('known'),
  /** PARs that end in DEAD, BEEF or FADE have a fate of their own: see cards.ts. Off for tests that count PARs upwards. */
  trialPars: z.boolean().default(true),
  /**
   * A list is refused 003_050 if any of its cards is named already, or only if all are. With `all`, the others of a
   * mixed list are named and listed, and the ones named before are left out of the answer.
   */
  alreadyNamedRefuses: z.enum(['any', 'all']).default('any'),
  /** With `all`: a card that this same corporation had been given before is listed again. Another's never is. */
  listAlreadyNamed: z.boolean().default(false),
  /**
   * The good cards that a refused list names nevertheless: none, all, those before the first card that the refusal is
   * about, or a subset that a hash of correlation ID and PAR decides.
   */
  refusedListCommits: z.enum(['none', 'all_good', 'before_first_fault', 'arbitrary']).default('none'),
  /**
   * `listed_with_word`: no list of two cards or more is refused for a card. All its cards are listed, the bad ones with a
   * word of refusal, and the good ones are named. The other modes of lists do not apply then.
   */
  badCardsInLists: z.enum(['refuse', 'listed_with_word']).default('refuse'),
  /** While a call that takes effect late is under way, its cards are refused 003_001. */
  pendingRefuses: z.boolean().default(false),
  /** Which refusal a list gets that deserves both. */
  checkOrder: z.enum(['not_found_first', 'already_named_first']).default('not_found_first'),
  /** Descriptions of refusals and words other than `Success` are padded to this length, differently for each card. */
  textLength: textLengthSchema.default(0),
  /** Between reading a request and judging it. */
  latencyMs: z.number().int().min(0).max(600_000).default(0),
  /** Calls beyond it are answered 429, as by a gateway in front of the platform, and not processed. Null: no limit. */
  rateLimit: rateLimitSchema.nullable().default(null),
  /** Corporations that are refused whatever cards they send. */
  refusedCorporations: z.array(refusedCorporationSchema).default([]),
});

export type Modes = Readonly<z.output<typeof modesSchema>>;

/** A change of modes: what is not mentioned stays as it is. */
export const modesChangeSchema = z.strictObject({
  cards: modesSchema.shape.cards.unwrap().optional(),
  trialPars: modesSchema.shape.trialPars.unwrap().optional(),
  alreadyNamedRefuses: modesSchema.shape.alreadyNamedRefuses.unwrap().optional(),
  listAlreadyNamed: modesSchema.shape.listAlreadyNamed.unwrap().optional(),
  refusedListCommits: modesSchema.shape.refusedListCommits.unwrap().optional(),
  badCardsInLists: modesSchema.shape.badCardsInLists.unwrap().optional(),
  pendingRefuses: modesSchema.shape.pendingRefuses.unwrap().optional(),
  checkOrder: modesSchema.shape.checkOrder.unwrap().optional(),
  textLength: modesSchema.shape.textLength.unwrap().optional(),
  latencyMs: modesSchema.shape.latencyMs.unwrap().optional(),
  rateLimit: modesSchema.shape.rateLimit.unwrap().optional(),
  refusedCorporations: modesSchema.shape.refusedCorporations.unwrap().optional(),
});
export type ModesChange = z.input<typeof modesChangeSchema>;
