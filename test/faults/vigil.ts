import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { healthOf } from '../../shared/limit-increase/call-health.ts';
import type { CardResult } from '../../shared/limit-increase/chunk-state.ts';
import { sumCounts } from '../../shared/limit-increase/counts.ts';
import type { Notice } from '../../shared/limit-increase/notice.ts';
import type { CallRecord, JournalStep, Ledger, Platform, PlatformCall } from '../../shared/limit-increase/ports.ts';
import type { Reopening } from '../../shared/limit-increase/redrive-ledger.ts';
import { createEvidenceVigil } from './evidence-vigil.ts';
import { createOutageVigil, nameOf, type OutageVigilDeps } from './outage-vigil.ts';
import { createRedriveVigil } from './redrive-vigil.ts';
import { createSplitVigil } from './split-vigil.ts';

// Watches every step of every worker while it happens, for what cannot be seen at the end: that a call is durable before
// it begins (intent before effect), that no worker has more calls in flight than it may, that a final status never changes but by a recorded redrive that names that status, and
// what outage-vigil.ts and redrive-vigil.ts say. It stands next to the ledger: it sees what took effect, whoever heard of it.

export type Vigil = ReturnType<typeof createVigil>;

export function createVigil(real: Ledger, deps: Omit<OutageVigilDeps, 'violations'>) {
  const finals = new Map<string, ReadonlyMap<number, CardResult>>();
  const calls: PlatformCall[] = [];
  // Noted, not thrown: a worker would take a throw for a fault of its port and go on.
  const violations: string[] = [];
  const outages = createOutageVigil({ ...deps, violations });
  const splits = createSplitVigil(real, violations);
  const evidence = createEvidenceVigil(real, { clock: deps.clock, violations });
  const redrives = createRedriveVigil(real, violations);

  async function beforeCall(call: PlatformCall): Promise<CallRecord | undefined> {
    const { correlationId, pars } = call;
    const record = await real.readCall(correlationId);
    if (record === undefined) violations.push(`call ${correlationId} began before it was durable`);
    else if (record.ended !== undefined) violations.push(`call ${correlationId} had ended before it began`);
    else if (record.positions.length !== pars.length) violations.push(`call ${correlationId} carries other cards`);
    if (record !== undefined) {
      outages.callBegins(correlationId, record.chunk);
      await evidence.callBegins(record);
      await splits.callBegins(record);
    }
    calls.push(call);
    return record;
  }

  const finalsOf = (chunk: JournalStep['chunk']): ReadonlyMap<number, CardResult> =>
    finals.get(nameOf(chunk.ref)) ?? new Map();

  function afterJournal({ chunk, state, takes }: JournalStep): void {
    if (takes) outages.chunkTaken(chunk.ref);
    const before = finalsOf(chunk);
    for (const [position, earlier] of before)
      if (!isSame(state.results.get(position), earlier))
        violations.push(`${nameOf(chunk.ref)}/${position} changed its result`);
    for (const [position, result] of state.results)
      if (!before.has(position)) redrives.resultReached(state, `${nameOf(chunk.ref)}/${position}`, result);
    const isGivenUp = [...state.results].some(([at, { status }]) => status === 'unresolved' && !before.has(at));
    if (isGivenUp) outages.cardsGivenUp(chunk.ref);
    for (const [position, result] of state.results)
      if (!before.has(position)) evidence.cardJudged(chunk.ref, position, result);
    finals.set(nameOf(chunk.ref), state.results);
  }

  async function afterReopening(reopening: Reopening): Promise<void> {
    const { chunk, state } = reopening;
    const before = finalsOf(chunk);
    finals.set(nameOf(chunk.ref), state.results);
    outages.chunkReopened(chunk.ref);
    await redrives.reopened(reopening, before);
  }

  async function afterEndOfRedrive(requestId: string, number: number): Promise<void> {
    const { request } = (await real.readRequest(requestId)) ?? {};
    if (request?.redriving !== undefined || request?.redriven !== number) return;
    const ofRequest = [...finals].filter(([name]) => name.startsWith(`${requestId}#`)).map(([, results]) => results);
    redrives.ended(requestId, number, ofRequest);
  }

  async function afterSettling(requestId: string): Promise<void> {
    const { request, counts } = (await real.readRequest(requestId)) ?? {};
    if (request?.status === 'settled' && counts !== undefined && sumCounts(counts) !== request.cardsTotal)
      violations.push(`${requestId} was settled with open cards`);
  }

  return {
    /** Every call that was made, as the workers asked for it. */
    calls,
    redrives: redrives.redrives,
    lostResults: redrives.lostResults,
    violations,
    noticed(notice: Notice): void {
      outages.noticed(notice);
      // A broken promise of our own, met at work.
      if (notice.notice === 'work_interrupted' && notice.error instanceof AssertionError)
        violations.push(`${notice.work} was interrupted: ${notice.error.message}`);
    },
    /** As one worker has it, who may keep so many calls in flight. */
    platform: (platform: Platform, callsAtOnceMax: number): Platform => {
      let inFlight = 0;
      return {
        mintCorrelationId: platform.mintCorrelationId,
        refreshCredentials: () => platform.refreshCredentials(),
        call: async (call) => {
          const record = await beforeCall(call);
          inFlight += 1;
          if (inFlight > callsAtOnceMax) violations.push(`${call.correlationId} is one call too many of one worker`);
          const sentAt = deps.clock();
          const outcome = await platform.call(call).finally(() => {
            inFlight -= 1;
          });
          if (healthOf(outcome) === 'answer') outages.answered(sentAt);
          if (record !== undefined) await splits.callEnded(record, outcome, sentAt);
          return outcome;
        },
      };
    },
    ledger: (ledger: Ledger): Ledger => ({
      ...ledger,
      accept: async (acceptance) => {
        const result = await ledger.accept(acceptance);
        for (const { chunk, state } of acceptance.chunks)
          if (state.inFlight !== undefined) outages.chunkTaken(chunk.ref);
        return result;
      },
      journal: async (step) => {
        const result = await ledger.journal(step);
        if (result === 'journalled') afterJournal(step);
        if (result === 'journalled' && step.completion !== undefined) await afterSettling(step.chunk.ref.requestId);
        return result;
      },
      writePlatformState: async (next) => {
        const result = await ledger.writePlatformState(next);
        if (result === 'written') outages.platformWritten(next);
        return result;
      },
      recordLate: async (ended) => {
        await ledger.recordLate(ended);
        evidence.recordedLate(ended.correlationId);
      },
      settleRequest: async (requestId, at, note) => {
        await ledger.settleRequest(requestId, at, note);
        await afterSettling(requestId);
      },
      beginRedrive: async (requestId, beginning) => {
        const result = await ledger.beginRedrive(requestId, beginning);
        if (result === 'begun') redrives.begun(requestId, beginning);
        return result;
      },
      reopenChunk: async (reopening) => {
        const result = await ledger.reopenChunk(reopening);
        if (result === 'reopened') await afterReopening(reopening);
        return result;
      },
      endRedrive: async (requestId, number, dueAt) => {
        await ledger.endRedrive(requestId, number, dueAt);
        await afterEndOfRedrive(requestId, number);
      },
    }),
  };
}

const isSame = (one: CardResult | undefined, other: CardResult): boolean => isDeepStrictEqual(said(one), said(other));

/** Without fields that are undefined: the ledger leaves them out. */
const said = (result: CardResult | undefined): unknown => JSON.parse(JSON.stringify(result ?? null));
