import type { Misbehaviour } from './misbehaviour.ts';

// One example of every misbehaviour that a caller may have to tell apart, for tests that go through all of them or
// draw from them.

export type MisbehaviourKind = {
  readonly name: string;
  readonly misbehaviour: Misbehaviour;
  /** What it tells is false and no caller could find out: a test that holds statuses to the truth leaves it out. */
  readonly lies: boolean;
};

const whens = ['before', 'after'] as const;

const kind = (name: string, misbehaviour: Misbehaviour, lies = false): MisbehaviourKind => ({
  name,
  misbehaviour,
  lies,
});

const twice = (name: string, build: (when: 'before' | 'after') => Misbehaviour): readonly MisbehaviourKind[] =>
  whens.map((when) => kind(`${name}_${when}_commit`, build(when)));

/** The line breaks or crawls. */
const line: readonly MisbehaviourKind[] = [
  kind('reset_unread', { kind: 'reset_unread' }),
  ...twice('reset', (when) => ({ kind: 'reset', when })),
  ...twice('hang', (when) => ({ kind: 'hang', when })),
  kind('commit_late', { kind: 'commit_late', commitAfterMs: 20 }),
  kind('slow_headers', { kind: 'slow_headers', everyMs: 100 }),
  kind('dripping_body', { kind: 'dripping_body', everyMs: 100 }),
  kind('cut_body_content_length', { kind: 'cut_body', framing: 'content_length' }),
  kind('cut_body_chunked', { kind: 'cut_body', framing: 'chunked' }),
  kind('cut_body_until_close', { kind: 'cut_body', framing: 'until_close' }),
];

/** HTTP 200, and yet not what it says. */
const ok: readonly MisbehaviourKind[] = [
  ...(['html', 'empty', 'null', 'array', 'no_code'] as const).flatMap((form) =>
    twice(`ok_${form}`, (when) => ({ kind: 'garbled_ok', form, when })),
  ),
  // These two carry the code of success for a reader who is not strict: only after the commit are they no lie.
  kind('ok_wrong_types', { kind: 'garbled_ok', form: 'wrong_types' }),
  kind('ok_broken_utf8', { kind: 'garbled_ok', form: 'broken_utf8' }),
  ...twice('ok_other_code', (when) => ({ kind: 'ok_other_code', when })),
  kind('list_omits_named', { kind: 'list_omits', named: true }),
  kind('list_omits_unnamed', { kind: 'list_omits', named: false }),
  kind('list_adds', { kind: 'list_adds' }),
  kind('list_words', { kind: 'list_words' }),
  kind('list_words_first', { kind: 'list_words', firstOnly: true }),
  kind('list_words_long', { kind: 'list_words', length: 500 }),
  kind('list_words_unnamed', { kind: 'list_words', returnMessage: '실패', named: false }),
  kind('list_twice', { kind: 'list_twice' }),
  kind('list_twice_word_first', { kind: 'list_twice', wordFirst: true }),
  kind('list_twice_unnamed', { kind: 'list_twice', named: false }),
  kind('echo_differs', { kind: 'echo' }),
  kind('echo_missing', { kind: 'echo', correlationId: null }),
  kind('huge_body', { kind: 'huge_body' }),
  kind('huge_body_gzip', { kind: 'huge_body', bytes: 4_000_000, gzip: true }),
  kind('enc_data', { kind: 'enc_data' }),
];

const unclear = (name: string, code: string, description: string): readonly MisbehaviourKind[] =>
  twice(name, (when) => ({ kind: 'refusal', code, description, when }));

const lie = (name: string, code: string, description: string): readonly MisbehaviourKind[] =>
  unclear(name, code, description).map((told) => ({ ...told, lies: true }));

const refusals: readonly MisbehaviourKind[] = [
  ...(['html', 'empty', 'no_code'] as const).flatMap((form) =>
    twice(`refusal_${form}`, (when) => ({ kind: 'garbled_refusal', form, when })),
  ),
  ...lie('refusal_not_found', '003_021', 'Cannot find par'),
  ...lie('refusal_already_named', '003_050', 'All named process has been completed'),
  ...unclear('refusal_other_code', '999_999', 'Unknown error'),
  ...lie('refusal_corporate_field', '000_002', 'Invalid or empty value : bizLicenseNo'),
  // Codes and texts that are not known to be about a card: they claim nothing about it, so they are no lies.
  ...unclear('unclear_maintenance', '000_999', '시스템 점검 중입니다.'),
  ...unclear('unclear_too_many_requests', '000_001', 'Too many requests'),
  ...unclear('unclear_system_error', '900_001', 'System error'),
  ...unclear('unclear_other_form_of_code', 'E-5000', 'Internal server error'),
  ...unclear('unclear_timeout', '000_020', 'Timeout while calling the card system'),
  ...unclear('unclear_card_code', '003_999', 'Card processing error'),
  ...unclear('unclear_user_not_found', '001_006', 'User not found'),
  ...unclear('unclear_no_field', '000_002', 'Invalid or empty value'),
  ...unclear('unclear_par_token', '020_001', 'Invalid PAR token.'),
];

const statuses: readonly MisbehaviourKind[] = [
  ...[301, 302, 307, 308, 401, 403, 404, 408, 429, 500, 502, 503, 504].flatMap((status) =>
    twice(`http_${status}`, (when) => ({ kind: 'http_status', status, when })),
  ),
  ...[429, 503].flatMap((status) =>
    twice(`http_${status}_retry_after`, (when) => ({ kind: 'http_status', status, retryAfter: '2', when })),
  ),
  ...twice('http_401_json', (when) => ({ kind: 'http_status', status: 401, body: 'json', when })),
  ...twice('http_500_json', (when) => ({ kind: 'http_status', status: 500, body: 'json', when })),
  ...twice('http_502_empty', (when) => ({ kind: 'http_status', status: 502, body: 'empty', when })),
];

export const misbehaviourKinds: readonly MisbehaviourKind[] = [...line, ...ok, ...refusals, ...statuses];

/** Those that a test which holds statuses to the truth may draw. */
export const honestKinds: readonly MisbehaviourKind[] = misbehaviourKinds.filter(({ lies }) => !lies);
