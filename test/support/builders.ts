import type { CardResult, ChunkState, JournalledCall } from '../../shared/limit-increase/chunk-state.ts';
import { countResults, noCounts } from '../../shared/limit-increase/counts.ts';
import { planFor } from '../../shared/limit-increase/isolation.ts';
import type { Acceptance, EndedCall, StoredChunk } from '../../shared/limit-increase/ports.ts';
import { retentionOf } from '../../shared/limit-increase/retention.ts';
import {
  type Chunk,
  type Corporation,
  type LimitIncreaseRequest,
  type Par,
  parSchema,
} from '../../shared/limit-increase/terms.ts';
import type { UploadState } from '../../shared/limit-increase/upload.ts';
import { aMoment } from './fixed-clock.ts';

// Values that hold together unless a test says otherwise.

export const leaseMs = 30_000;

export const retentionDays = 1827;
export const retention = retentionOf(retentionDays);

/** The n-th PAR: always the same, and no two alike. */
export const aPar = (n = 1): Par => parSchema.parse(`Q1${n.toString(16).toUpperCase().padStart(25, '0')}`);

export const pars = (count: number, from = 1): Par[] => Array.from({ length: count }, (_, index) => aPar(from + index));

export const positions = (count: number): number[] => Array.from({ length: count }, (_, position) => position);

export const aCorporation = (over: Partial<Corporation> = {}): Corporation => ({
  corporationName: '주식회사 코나',
  bizLicenseNo: '1168200276',
  registrationNumber: '1101110062432',
  affiliateId: '000170000000001',
  ...over,
});

export const aRequestId = '7ZK3Q2M5X4C6V8B9N0A1S2D3F4';

/** The n-th correlation ID of the moment at which all builders begin. */
export const aCorrelationId = (n = 1): string => `261122101500-${n.toString(16).padStart(7, '0')}`;

export const aCall = (over: Partial<JournalledCall> = {}): JournalledCall => ({
  correlationId: aCorrelationId(),
  positions: [0, 1],
  startedAt: aMoment,
  ...over,
});

export const anEndedCall = (over: Partial<EndedCall> = {}): EndedCall => ({
  correlationId: aCorrelationId(),
  outcome: {
    name: 'answered',
    reading: 'success',
    httpStatus: 200,
    code: '000_000',
    description: 'success',
    named: [0, 1],
  },
  finishedAt: aMoment + 250,
  durationMs: 250,
  ...over,
});

export const aChunk = (over: Partial<Chunk> = {}): Chunk => ({
  ref: { requestId: aRequestId, chunkNumber: 1 },
  acceptedAt: aMoment,
  expiresAt: retention(over.acceptedAt ?? aMoment),
  corporation: aCorporation(),
  pars: pars(2),
  ...over,
});

/** A chunk of so many cards that nobody has touched. */
export const aState = (cards = 2, over: Partial<ChunkState> = {}): ChunkState => ({
  fence: 0,
  dueAt: aMoment + leaseMs,
  stage: 'open',
  attempts: 0,
  lostCalls: [],
  plan: { ...planFor(cards), credit: 10 },
  refusedLists: [],
  traces: new Map(),
  results: new Map(),
  tallied: noCounts,
  updatedAt: aMoment,
  ...over,
});

/** Held by its first worker, which has a call with all cards in flight. */
export function aCallingState(cards = 2, over: Partial<ChunkState> = {}): ChunkState {
  const leaseUntil = aMoment + leaseMs;
  return aState(cards, {
    fence: 1,
    leaseUntil,
    dueAt: leaseUntil,
    inFlight: aCall({ positions: positions(cards) }),
    ...over,
  });
}

export const aResult = (over: Partial<CardResult> = {}): CardResult => ({
  status: 'named',
  code: '000_000',
  message: 'success',
  returnMessage: 'Success',
  correlationId: aCorrelationId(),
  updatedAt: aMoment + 250,
  ...over,
});

/** What `aCallingState` becomes when its call has named all cards. */
export function aSettledState(cards = 2, over: Partial<ChunkState> = {}): ChunkState {
  const results = new Map(positions(cards).map((position) => [position, aResult()]));
  return aState(cards, {
    fence: 1,
    stage: 'settled',
    plan: { ...planFor(0), credit: 10 + cards - 1 },
    results,
    tallied: countResults(results.values()),
    updatedAt: aMoment + 250,
    ...over,
  });
}

export const aRequest = (over: Partial<LimitIncreaseRequest> = {}): LimitIncreaseRequest => ({
  requestId: aRequestId,
  status: 'open',
  source: 'api',
  createdAt: aMoment,
  expiresAt: retention(over.createdAt ?? aMoment),
  updatedAt: aMoment,
  corporation: aCorporation(),
  cardsTotal: 2,
  chunksTotal: 1,
  fingerprint: `v1:${'0a'.repeat(32)}`,
  ...over,
});

/** An order as it is accepted: its chunks given, or one chunk of two cards whose first call is in flight. */
export function anOrder(
  chunks: readonly StoredChunk[] = [{ chunk: aChunk(), state: aCallingState() }],
  over: Partial<LimitIncreaseRequest> = {},
): Acceptance {
  const cardsTotal = chunks.reduce((sum, { chunk }) => sum + chunk.pars.length, 0);
  const requestId = chunks[0]?.chunk.ref.requestId ?? aRequestId;
  const request = aRequest({ requestId, cardsTotal, chunksTotal: chunks.length, ...over });
  return { request, chunks, dueAt: aMoment + leaseMs };
}

/** What is known of a file when it has just been received. */
export const anUploadState = (over: Partial<UploadState> = {}): UploadState => ({
  object: { bucket: 'uploads', key: 'incoming/cards.csv', versionId: 'v1', eTag: '0a1b' },
  dryRun: false,
  readings: 1,
  progress: { rowsRead: 0, rowsRejected: 0, rowsRepeated: 0 },
  chunksWritten: 0,
  edition: 1,
  ...over,
});
