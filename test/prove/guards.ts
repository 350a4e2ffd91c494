import { domain, type Guard } from './guard.ts';
import { outageGuards } from './outage-guards.ts';
import { redriveGuards } from './redrive-guards.ts';

// What keeps the promises, each as a piece of code that can be taken out. `npm run prove -- --guards` takes out one after
// the other, in a copy, and each time the search must find a promise broken. A guard whose removal nobody notices is
// either no guard or not searched for.

const settlingGuards: readonly Guard[] = [
  {
    name: 'the lease: a chunk that is held is not taken',
    file: 'test/support/memory-ledger.ts',
    code: 'takes ? !held && stored.fence === state.fence - 1 :',
    without: 'takes ? true :',
  },
  {
    name: 'the fence: who lost the lease writes nothing',
    file: 'test/support/memory-ledger.ts',
    code: ': held && stored.fence === state.fence;',
    without: ': true;',
  },
  {
    name: 'write ahead: what is sent is what was journalled',
    file: domain('ask'),
    code: 'const { correlationId, startedAt, positions } = call;',
    without: 'const { startedAt, positions } = call; const correlationId = platform.mintCorrelationId(startedAt);',
  },
  {
    name: 'an order has no more calls in flight than it may',
    file: domain('request-limit-increase'),
    code: 'await Promise.all(Array.from({ length: deps.parallelChunks }, worker));',
    without: 'await Promise.all(Array.from({ length: deps.parallelChunks + 1 }, worker));',
  },
  {
    name: 'nor has a run of the reconciler',
    file: domain('reconcile'),
    code: 'await Promise.all(Array.from({ length: deps.concurrency }, worker));',
    without: 'await Promise.all(Array.from({ length: deps.concurrency + 1 }, worker));',
  },
  {
    name: 'the alone rule: a refused list judges no card',
    file: domain('journal'),
    code: 'if (call.positions.length === 1 && alone !== undefined) return',
    without: 'if (alone !== undefined) return',
  },
  {
    name: 'a refused list leaves its mark on every card that it carried',
    file: domain('journal'),
    code: 'for (const position of call.positions) traces.set(position, state.traces.get(position) ?? refusedListTrace(call));',
    without: '',
  },
  {
    name: 'missing cards: a card that a 200 does not list is not named',
    file: domain('journal'),
    code: "const said = words.get(chunk.pars[position] ?? '');",
    without: "const said = words.get(chunk.pars[position] ?? '') ?? [];",
  },
  {
    name: 'a fault that speaks of the corporation is not that of one card, and the other way round',
    file: domain('journal'),
    code: "if (refusal.meaning === 'corporation_fault')",
    without: "if (refusal.meaning !== 'already_named')",
  },
  {
    name: 'refused keys judge no card',
    file: domain('journal'),
    code: "if (outcome.meaning === 'credentials_refused') return landed;",
    without: '',
  },
  {
    name: 'the call of a worker that vanished counts as unknown',
    file: domain('journal'),
    code: 'const landed = foldUnknown({ ...state, inFlight: undefined, updatedAt: at }, inFlight);',
    without: 'const landed: ChunkState = { ...state, inFlight: undefined, updatedAt: at };',
  },
  {
    name: 'an unknown call leaves its mark on every card that it carried',
    file: domain('journal'),
    code: 'for (const position of call.positions) traces.set(position, unknownTrace(state.traces.get(position), call));',
    without: '',
  },
  {
    name: 'an answer to another call is believed nothing',
    file: 'shared/kona/outcome.ts',
    code: "if (breaches.includes('correlation_id_differs')) return unknown('correlation_id_differs');",
    without: '',
  },
  {
    name: 'only 400, 401 and 403 can be refusals',
    file: 'shared/kona/return-codes.ts',
    code: 'if (httpStatus !== 400 || code === undefined || code === successCode) return',
    without: 'if (code === undefined || code === successCode) return',
  },
  {
    name: 'a network failure after the first byte is not not_sent',
    file: 'shared/kona/client.ts',
    code: "return { kind: 'unknown', reason, httpStatus, retryAfterMs: waitMs, breaches: [] };",
    without: "return { kind: 'not_sent', reason: String([reason, httpStatus, waitMs]) };",
  },
  {
    name: 'a chunk is let go only when the items of its cards are written',
    file: domain('session'),
    code: 'await ledger.writeCards(newCardEntries(chunk, told, state));',
    without: 'newCardEntries(chunk, told, state);',
  },
  {
    name: 'a settled chunk is done only when the items of its cards are written',
    file: domain('finish'),
    code: 'ledger.writeCards(cardEntries(chunk, state)),',
    without: '',
  },
  {
    name: 'a small order is settled with the items of its cards',
    file: domain('write-step'),
    code: "next.step === 'complete' ? { cards: cardEntries(chunk, after) } : undefined",
    without: "next.step === 'complete' ? { cards: cardEntries(chunk, after).slice(1) } : undefined",
  },
  {
    name: 'the tally takes what is new, and that once',
    file: domain('write-step'),
    code: 'subtractCounts(after.tallied, state.tallied)',
    without: 'subtractCounts(after.tallied, subtractCounts(state.tallied, state.tallied))',
  },
  {
    name: 'a request is settled when all its cards are',
    file: domain('finish'),
    code: 'if (sumCounts(found.counts) !== found.request.cardsTotal) return false;',
    without: 'sumCounts(found.counts);',
  },
  {
    name: 'a key stands for one order',
    file: domain('request-limit-increase'),
    code: "if (request.fingerprint !== asked) return { result: 'key_reused', requestId: request.requestId };",
    without: 'void asked;',
  },
  {
    name: 'traces of calls that may have named a card stand in its history',
    file: domain('card-entries'),
    code: 'if (trace === undefined || (result !== undefined && !leavesDoubt.has(result.status))) return entries;',
    without: 'if (trace === undefined || !leavesDoubt.has("")) return entries;',
  },
  {
    name: 'a card that stands for two corporations is sent for neither',
    file: 'shared/uploads/cut-upload.ts',
    code: 'if (cards.conflict(card) !== undefined) continue;',
    without: '',
  },
  {
    name: 'a file leaves the index of open work only when its report is written',
    file: domain('finish'),
    code: 'upload === undefined ? undefined : at + reportPauseMs',
    without: 'upload === undefined ? undefined : undefined',
  },
  {
    name: 'a chunk of a file that stands already is left as it is',
    file: 'test/support/memory-ledger.ts',
    code: 'if (!chunks.has(name)) chunks.set(name, stored);',
    without: 'chunks.set(name, stored);',
  },
];

export const guards: readonly Guard[] = [...settlingGuards, ...outageGuards, ...redriveGuards];
