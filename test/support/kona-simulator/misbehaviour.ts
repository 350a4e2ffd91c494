import * as z from 'zod';

// Every way in which the simulator can fail its caller, as data: the same words from a test and over HTTP.

/** Whether the call still takes effect: `before` the commit it does not, `after` it the cards are named already. */
const when = z.enum(['before', 'after']).default('after');
const everyMs = z.number().int().min(1).default(100);

const line = [
  /** Reset as soon as the headers are there; chosen by PAR, which only the body tells, it is a reset before the commit. */
  z.strictObject({ kind: z.literal('reset_unread') }),
  z.strictObject({ kind: z.literal('reset'), when }),
  z.strictObject({ kind: z.literal('hang'), when }),
  /** Never answers, and takes effect this long after the caller has hung up. */
  z.strictObject({ kind: z.literal('commit_late'), commitAfterMs: z.number().int().min(0).default(50) }),
  /** The true answer, its head byte by byte. */
  z.strictObject({ kind: z.literal('slow_headers'), everyMs }),
  /** The true answer, its body byte by byte. */
  z.strictObject({ kind: z.literal('dripping_body'), everyMs }),
  /** Half of the true answer's body. `until_close` has no length and ends like a whole answer. */
  z.strictObject({
    kind: z.literal('cut_body'),
    framing: z.enum(['content_length', 'chunked', 'until_close']).default('content_length'),
  }),
] as const;

/** In characters; 0: as the text is. */
export const textLengthSchema = z.int().min(0).max(10_000);

const okForms = ['html', 'empty', 'null', 'array', 'wrong_types', 'broken_utf8', 'no_code'] as const;

const ok = [
  z.strictObject({ kind: z.literal('garbled_ok'), form: z.enum(okForms).default('html'), when }),
  z.strictObject({ kind: z.literal('ok_other_code'), code: z.string().default('999_999'), when }),
  /** The last `cards` of the list are missing in the answer, though `named` or not. */
  z.strictObject({
    kind: z.literal('list_omits'),
    cards: z.number().int().min(1).default(1),
    named: z.boolean().default(true),
  }),
  z.strictObject({ kind: z.literal('list_adds'), par: z.string().default(`Q1${'5'.repeat(25)}`) }),
  /**
   * A word in place of `Success`, for all listed cards or only for the first; `named` or not. With a `length`, each
   * card has a distinct word of so many Korean characters.
   */
  z.strictObject({
    kind: z.literal('list_words'),
    returnMessage: z.string().default('처리완료'),
    length: textLengthSchema.default(0),
    firstOnly: z.boolean().default(false),
    named: z.boolean().default(true),
  }),
  /** Every listed card a second time with this word, after or before its own; `named` or not. */
  z.strictObject({
    kind: z.literal('list_twice'),
    returnMessage: z.string().default('실패'),
    wordFirst: z.boolean().default(false),
    named: z.boolean().default(true),
  }),
  /** The true answer under another correlation ID, or under none. */
  z.strictObject({ kind: z.literal('echo'), correlationId: z.string().nullable().default('000000000000-0000000') }),
  /** The true answer and this many bytes of padding, which gzip folds to next to nothing. */
  z.strictObject({
    kind: z.literal('huge_body'),
    bytes: z.number().int().min(1).max(512_000_000).default(2_000_000),
    gzip: z.boolean().default(false),
  }),
  /** The true answer as a JWE for this RSA key (SPKI, PEM); without a key, a JWE that nobody can open. */
  z.strictObject({ kind: z.literal('enc_data'), publicKeyPem: z.string().optional() }),
] as const;

const refusals = [
  z.strictObject({
    kind: z.literal('garbled_refusal'),
    form: z.enum(['html', 'empty', 'no_code']).default('html'),
    when,
  }),
  /** HTTP 400 with a code that nothing about the cards deserves. */
  z.strictObject({
    kind: z.literal('refusal'),
    code: z.string().default('999_999'),
    description: z.string().default('Unknown error'),
    when,
  }),
  z.strictObject({
    kind: z.literal('http_status'),
    status: z.number().int().min(300).max(599),
    retryAfter: z.string().optional(),
    /** `json`: the platform's envelope with `code`; else what a gateway in front of it would say. */
    body: z.enum(['html', 'json', 'empty']).default('html'),
    code: z.string().default('999_999'),
    when,
  }),
] as const;

export const misbehaviourSchema = z.discriminatedUnion('kind', [...line, ...ok, ...refusals]);

/** As one asks for it: all but the kind has a default. */
export type Misbehaviour = z.input<typeof misbehaviourSchema>;
/** As it is played: nothing left open. */
export type PlayedMisbehaviour = z.output<typeof misbehaviourSchema>;
