import type { Guard } from './guard.ts';

// What keeps the promises of settling.

export const settlingGuards: readonly Guard[] = [
  {
    id: 'lease',
    promise: 'a chunk whose lease another worker has is not taken',
    without: '  if (takes) return true;',
  },
  {
    id: 'fence',
    promise: 'a worker that lost its lease writes nothing',
    without: '  return true;',
  },
  {
    id: 'write-ahead',
    promise: 'what is sent is what was journalled',
    without: '    const { startedAt, positions } = call; const correlationId = platform.mintCorrelationId(startedAt);',
  },
  {
    id: 'order-concurrency',
    promise: 'an order has no more calls in flight than it may',
    without: '    await Promise.all(Array.from({ length: deps.parallelChunks + 1 }, worker));',
  },
  {
    id: 'reconciler-concurrency',
    promise: 'a run of the reconciler has no more calls in flight than it may',
    without: '    await Promise.all(Array.from({ length: deps.concurrency + 1 }, worker));',
  },
  {
    id: 'single-card',
    promise: 'a refused list judges no card',
    without: '  if (alone !== undefined) return foldAlone(state, ended, refusal, alone, rules);',
  },
  {
    id: 'refused-list-doubt',
    promise: 'a refused list may have named each of its cards',
    without: '  const doubtful = state;',
  },
  {
    id: 'missing-card',
    promise: 'a card that a 200 does not list is not named',
    without: "  if (entries === undefined) return { as: 'success' };",
  },
  {
    id: 'listed-refusal',
    promise: 'a card that a 200 lists with a word of refusal is not named',
    without: '  const refusal: string | undefined = undefined;',
  },
  {
    id: 'least-favourable-word',
    promise: 'of several words for one card the least favourable counts',
    without: "  const other = words.length > 1 ? undefined : words.find((word) => readWord(word) === 'other');",
  },
  {
    id: 'corporation-field',
    promise: "only an error in the corporation's own fields rejects a whole list",
    without: "  if (refusal.meaning !== 'already_named') return rejectAll(state, ended, refusal, rules);",
  },
  {
    id: 'refused-key',
    promise: 'a refused key judges no card',
    without: '',
  },
  {
    id: 'confirmed-refusal',
    promise: 'after an unknown call a refusal must come twice',
    without:
      "  const { correlationId } = ended.call;\n  return judge(state, position, { status: 'rejected', code, message, correlationId, updatedAt: ended.at });",
  },
  {
    id: 'lost-call',
    promise: 'the call of a worker that vanished counts as unknown',
    without: '  const landed: ChunkState = { ...state, inFlight: undefined, updatedAt: at };',
  },
  {
    id: 'unknown-doubt',
    promise: 'an unknown call may have named each of its cards',
    without: '  return { ...state, plan: callFailed(state.plan, call.positions) };',
  },
  {
    id: 'other-call',
    promise: 'an answer to another call is believed in nothing',
    without: '',
  },
  {
    id: 'refusing-status',
    promise: 'only 400, 401 and 403 can be refusals',
    without: "  if (code === undefined || code === successCode) return 'unclear';",
  },
  {
    id: 'unclear-code',
    promise: 'a code that nobody has published refuses no card',
    without: "  return 'card_refused';",
  },
  {
    id: 'card-family',
    promise: 'a code of the families of cards and users that nobody has published refuses no card',
    without: "  if (/^00[13]_/.test(code)) return 'card_refused';",
  },
  {
    id: 'field-named',
    promise: 'a refusal for a field that its text does not name refuses no card',
    without: "  const [only = 'card_refused', ...others] = named;",
  },
  {
    id: 'not-sent',
    promise: 'a network failure after the first byte is not not_sent',
    without: "      return { kind: 'not_sent', reason: String([reason, httpStatus, waitMs]) };",
  },
  {
    id: 'entries-before-release',
    promise: 'a lease is released only when the entries of the cards are written',
    without: '    newCardEntries(chunk, recorded, state);',
  },
  {
    id: 'entries-before-done',
    promise: 'a settled chunk is done only when the entries of its cards are written',
    without: '',
  },
  {
    id: 'entries-with-completion',
    promise: 'a small order is settled with the entries of its cards',
    without:
      "      const completion = next.step === 'complete' ? { cards: cardEntries(chunk, after).slice(1) } : undefined;",
  },
  {
    id: 'counted-once',
    promise: 'the counter takes what is new, and that once',
    without: '      const tally = after.tallied;',
  },
  {
    id: 'new-correlation-id',
    promise: 'a call does not begin under the correlation ID of the one that ends with it',
    without: '',
  },
  {
    id: 'late-record',
    promise: 'an outcome that cannot be journalled is kept in its call',
    without: '',
  },
  {
    id: 'request-complete',
    promise: 'a request is settled when all its cards are',
    without: '',
  },
  {
    id: 'one-order-a-key',
    promise: 'a key stands for one order',
    without: '',
  },
  {
    id: 'doubt-in-history',
    promise: 'calls that may have named a card stand in its history',
    without: '  return entries;',
  },
  {
    id: 'conflict-in-file',
    promise: 'a card that stands for two corporations is sent for neither',
    without: '',
  },
  {
    id: 'report-owed',
    promise: 'a file leaves the index of open work only when its report is written',
    without: '    const reportDueAt = undefined;',
  },
  {
    id: 'written-chunk',
    promise: 'a chunk of a file that is written already is left as it is',
    without: '      chunks.set(name, stored);',
  },
  {
    id: 'unsplit-list',
    promise: 'a list that fails unclearly is not split before some call is answered',
    without: '  if (list !== undefined) return listRefused(plan, list);',
  },
  {
    id: 'late-evidence',
    promise: 'a late record that a lost call named the card is proof',
    without: '',
  },
  {
    id: 'disputed',
    promise: 'a card that a call for another corporation may have named is disputed',
    without: '',
  },
  {
    id: 'only-fault',
    promise: 'the only card of a refused list that was not named later was named before it',
    without: '',
  },
  {
    id: 'nothing-committed',
    promise: 'a card that stood before a fault and was named later speaks against the list',
    without: '  return false;',
  },
  {
    id: 'another-orders-doubt',
    promise: "of another order's calls nothing is presumed",
    without:
      "  const isOwnAndUnlikely = (entry: CardEntry): boolean => entry.entry === 'maybe' && entry.presumedElsewhere;",
  },
  {
    id: 'split-at-once',
    promise: 'a failed list that may be split costs no back-off for each halving',
    without: '',
  },
  {
    id: 'probe-stays-with-list',
    promise: 'while nothing is answered no list is taken apart card by card',
    without: '  return sendAlone(faultFound(plan, position), [position]);',
  },
  {
    id: 'lost-call-of-ended-card',
    promise: 'the late word of a lost call counts after a redrive too',
    without:
      '  const mayBeAsked = ({ positions }: JournalledCall): boolean => positions.some((one) => !state.results.has(one));',
  },
  {
    id: 'doubts-before-next-call',
    promise: 'another order learns at once that a call of ours may have named its card',
    without: '    if (recorded !== undefined) return recorded;',
  },
];
