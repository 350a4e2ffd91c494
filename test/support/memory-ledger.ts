import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { assertAcceptance, assertChunk, assertStep } from '../../shared/ledger/invariants.ts';
import { addCounts, noCounts } from '../../shared/limit-increase/counts.ts';
import { newestFirst } from '../../shared/limit-increase/entry-order.ts';
import type {
  Acceptance,
  AcceptResult,
  CallRecord,
  CardEntry,
  Clock,
  DueWork,
  EndedCall,
  JournalResult,
  JournalStep,
  Ledger,
  OpenWork,
  RecountedSettling,
  SettlingNote,
  StoredChunk,
} from '../../shared/limit-increase/ports.ts';
import { hasExpired } from '../../shared/limit-increase/retention.ts';
import type { ChunkRef, Instant } from '../../shared/limit-increase/terms.ts';
import { createMemoryPlatform } from './memory-platform.ts';
import { createMemoryRedrives } from './memory-redrives.ts';
import { type CallRow, type ChunkRow, callRow, type RequestRow } from './memory-rows.ts';
import { createMemoryUploads } from './memory-uploads.ts';

const nameOf = ({ requestId, chunkNumber }: ChunkRef): string => `${requestId}#${chunkNumber}`;

/**
 * A ledger in memory, for tests of what stands above it. It answers as the real one does: one suite holds both to the
 * same promises. What goes in and out is copied: nobody can change it from outside. Without a clock nothing expires.
 */
export function createMemoryLedger({ clock }: { readonly clock: Clock } = { clock: () => 0 }): Ledger {
  const requests = new Map<string, RequestRow>();
  const chunks = new Map<string, ChunkRow>();
  const calls = new Map<string, CallRow>();
  const cards = new Map<string, CardEntry>();

  function accept(acceptance: Acceptance): AcceptResult {
    assertAcceptance(acceptance);
    const { request, dueAt } = acceptance;
    const standing = requests.get(request.requestId);
    if (standing !== undefined && !hasExpired(standing.request.expiresAt, request.createdAt))
      return { result: 'exists', request: standing.request };
    const begun = acceptance.chunks.flatMap(({ chunk, state }) =>
      state.inFlight === undefined ? [] : callRow(chunk, state.inFlight),
    );
    if (begun.some(({ call }) => calls.has(call.correlationId))) return { result: 'correlation_id_taken' };
    requests.set(request.requestId, { request, counts: noCounts, dueAt });
    for (const stored of acceptance.chunks) chunks.set(nameOf(stored.chunk.ref), stored);
    for (const row of begun) calls.set(row.call.correlationId, row);
    return { result: 'accepted' };
  }

  function journal(step: JournalStep): JournalResult {
    assertStep(step);
    const { chunk, state, now, ended, begun, tally = noCounts, completion } = step;
    const { requestId } = chunk.ref;
    const row = chunks.get(nameOf(chunk.ref));
    assert(row !== undefined, 'a chunk that is not there');
    if (row.lastStep !== undefined && isDeepStrictEqual(row.lastStep, step)) return 'journalled';
    if (!mayWrite(row, step)) return 'fenced_off';
    assert(ended === undefined || isOpenCall(ended), 'a call is not there or has an outcome already');
    if (begun !== undefined && calls.has(begun.correlationId)) return 'correlation_id_taken';
    assert(
      completion === undefined || maySettle(requestId, state.redriven),
      'a request is settled already, or redriven',
    );
    if (ended !== undefined) endCall(ended);
    if (begun !== undefined) calls.set(begun.correlationId, callRow(chunk, begun));
    chunks.set(nameOf(chunk.ref), { chunk: row.chunk, state, lastStep: step });
    const request = requests.get(requestId);
    if (request !== undefined) request.counts = addCounts(request.counts, tally);
    if (completion !== undefined) writeCards(completion.cards);
    if (completion !== undefined) settleRequest(requestId, now, { redriven: state.redriven });
    return 'journalled';
  }

  function maySettle(requestId: string, redriven = 0): boolean {
    const { status, redriving, redriven: soOften = 0 } = requests.get(requestId)?.request ?? {};
    return status === 'open' && redriving === undefined && soOften === redriven;
  }

  function isOpenCall({ correlationId }: EndedCall): boolean {
    const row = calls.get(correlationId);
    return row !== undefined && row.call.ended === undefined;
  }

  function endCall(ended: EndedCall): void {
    const row = calls.get(ended.correlationId);
    if (row !== undefined && row.call.ended === undefined)
      calls.set(ended.correlationId, { ...row, call: { ...row.call, ended } });
  }

  function writeCards(entries: readonly CardEntry[]): void {
    for (const entry of entries) {
      const { par, acceptedAt, requestId, redrive = 0 } = entry;
      // guard: redrive-history
      cards.set([par, acceptedAt, requestId, redrive, entry.entry].join(' '), entry);
    }
  }

  function finishChunk(ref: ChunkRef, updatedAt: Instant, fence: number): void {
    const row = chunks.get(nameOf(ref));
    if (row !== undefined && row.state.fence > fence) return;
    assert(row !== undefined && row.state.stage !== 'open', 'a chunk that is finished was settled');
    if (row.state.stage === 'settled')
      chunks.set(nameOf(ref), { ...row, state: { ...row.state, stage: 'done', updatedAt } });
  }

  function settleRequest(requestId: string, updatedAt: Instant, note: SettlingNote = {}): void {
    const { reportDueAt, redriven = 0 } = note;
    const row = requests.get(requestId);
    assert(row !== undefined && row.request.status !== 'receiving', 'a request that settles was read to its end');
    if (row.request.status === 'settled' || row.request.redriving !== undefined) return;
    // guard: redrive-counted-before
    if ((row.request.redriven ?? 0) > redriven) return;
    const { counts } = row;
    const request = { ...row.request, status: 'settled', updatedAt } as const;
    requests.set(requestId, reportDueAt === undefined ? { counts, request } : { counts, request, dueAt: reportDueAt });
  }

  function postponeRequest(requestId: string, dueAt: Instant): void {
    const row = requests.get(requestId);
    assert(row !== undefined, 'a request that is postponed is there');
    if (row.dueAt !== undefined) requests.set(requestId, { ...row, dueAt });
  }

  function settleRecounted(requestId: string, updatedAt: Instant, recounted: RecountedSettling) {
    const { correction, redriven } = recounted;
    const row = requests.get(requestId);
    if (row === undefined || !maySettle(requestId, redriven)) return 'unchanged';
    row.counts = addCounts(row.counts, correction);
    settleRequest(requestId, updatedAt, recounted);
    return 'settled';
  }

  function dropGoneWork(work: OpenWork, at: Instant): void {
    const isChunk = work.work === 'chunk';
    const of = isChunk ? chunks.get(nameOf(work.ref))?.chunk : requests.get(work.requestId)?.request;
    if (of === undefined || !hasExpired(of.expiresAt, at)) return;
    if (isChunk) chunks.delete(nameOf(work.ref));
    else requests.delete(work.requestId);
  }

  function listDue(now: Instant, limit: number, only?: DueWork['work']): DueWork[] {
    const open = [...chunks.values()].filter(({ state }) => state.stage !== 'done');
    const dueChunks = open.map(({ chunk: { ref }, state: { dueAt } }) => ({ work: 'chunk' as const, ref, dueAt }));
    const dueRequests = [...requests].flatMap(([requestId, { dueAt }]) =>
      dueAt === undefined ? [] : { work: 'request' as const, requestId, dueAt },
    );
    const due = [...dueChunks, ...dueRequests].filter(({ dueAt, work }) => dueAt <= now && (only ?? work) === work);
    return due.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
  }

  function readRequest(requestId: string) {
    const row = requests.get(requestId);
    if (row === undefined || hasExpired(row.request.expiresAt, clock())) return undefined;
    return { request: row.request, counts: row.counts };
  }

  function readChunk(ref: ChunkRef): StoredChunk | undefined {
    const row = chunks.get(nameOf(ref));
    if (row === undefined || hasExpired(row.chunk.expiresAt, clock())) return undefined;
    const stored = { chunk: row.chunk, state: row.state };
    assertChunk(stored);
    return stored;
  }

  function readCall(correlationId: string): CallRecord | undefined {
    const row = calls.get(correlationId);
    return row === undefined || hasExpired(row.expiresAt, clock()) ? undefined : row.call;
  }

  const uploads = createMemoryUploads({
    requests,
    clock,
    addChunk: (stored) => {
      const name = nameOf(stored.chunk.ref);
      // guard: written-chunk
      if (!chunks.has(name)) chunks.set(name, stored);
    },
  });

  const platform = createMemoryPlatform();
  const redrives = createMemoryRedrives({
    requests,
    readChunk: (ref) => chunks.get(nameOf(ref)),
    writeChunk: (row) => chunks.set(nameOf(row.chunk.ref), row),
  });

  const readCardHistory = (par: string): CardEntry[] =>
    [...cards.values()].filter((entry) => entry.par === par && !hasExpired(entry.expiresAt, clock())).sort(newestFirst);

  return {
    accept: asVerb(accept),
    journal: asVerb(journal),
    recordLate: asVerb(endCall),
    writeCards: asVerb(writeCards),
    finishChunk: asVerb(finishChunk),
    settleRequest: asVerb(settleRequest),
    settleRecounted: asVerb(settleRecounted),
    dropGoneWork: asVerb(dropGoneWork),
    postponeRequest: asVerb(postponeRequest),
    listDue: asVerb(listDue),
    readRequest: asVerb(readRequest),
    readChunk: asVerb(readChunk),
    readCall: asVerb(readCall),
    readCardHistory: asVerb(readCardHistory),
    receive: asVerb(uploads.receive),
    noteReceiving: asVerb(uploads.noteReceiving),
    noteChecked: asVerb(uploads.noteChecked),
    writeChunks: asVerb(uploads.writeChunks),
    openRequest: asVerb(uploads.openRequest),
    refuseUpload: asVerb(uploads.refuseUpload),
    abandonUpload: asVerb(uploads.abandonUpload),
    endAbandoned: asVerb(uploads.endAbandoned),
    keepNamings: asVerb(uploads.keepNamings),
    readNamings: asVerb(uploads.readNamings),
    reportWritten: asVerb(uploads.reportWritten),
    listUploads: asVerb(uploads.listUploads),
    readPlatformState: asVerb(platform.readPlatformState),
    writePlatformState: asVerb(platform.writePlatformState),
    beginRedrive: asVerb(redrives.beginRedrive),
    reopenChunk: asVerb(redrives.reopenChunk),
    noteRedriving: asVerb(redrives.noteRedriving),
    endRedrive: asVerb(redrives.endRedrive),
  };
}

// At leaseUntil exactly the lease still holds.
function mayWrite({ chunk, state: stored }: StoredChunk, { chunk: of, state, ...step }: JournalStep): boolean {
  const { takes, untouched, now } = step;
  const isSame = chunk.pars.length === of.pars.length && chunk.expiresAt === of.expiresAt;
  if (untouched && !(stored.fence === 0 && isSame)) return false;
  const held = stored.leaseUntil !== undefined && stored.leaseUntil >= now;
  // guard: lease
  if (takes) return !held && stored.fence === state.fence - 1;
  // guard: fence
  return held && stored.fence === state.fence;
}

const asVerb =
  <Args extends readonly unknown[], Result>(verb: (...args: Args) => Result) =>
  async (...args: Args): Promise<Result> =>
    structuredClone(verb(...structuredClone(args)));
