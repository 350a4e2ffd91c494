import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { RecordedOutcome } from '../../../shared/limit-increase/ports.ts';
import { aCorrelationId, aRequestId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { listening } from './listening.ts';

const chunk = { requestId: aRequestId, chunkNumber: 2 };
const correlationId = aCorrelationId();
const traced = { requestId: aRequestId, chunk: 2, correlationId };
const counts = { named: 97, already_named: 1, not_found: 2, rejected: 0, unresolved: 0 };

const ended = (outcome: RecordedOutcome): Notice => ({
  ...{ notice: 'call_ended', chunk, correlationId, cards: 100, outcome, durationMs: 250 },
});

const cases: readonly [name: string, Notice, line: Record<string, unknown>, metrics: Record<string, unknown>][] = [
  [
    'an answered call',
    ended({ name: 'answered', reading: 'not_found', httpStatus: 400, code: '003_021', description: 'cannot find par' }),
    {
      level: 'INFO',
      event: 'call_answered',
      ...traced,
      outcome: 'answered',
      httpStatus: 400,
      code: '003_021',
      reading: 'not_found',
      durationMs: 250,
      cards: 100,
    },
    { CallsAnswered: 1, CallDuration: 250 },
  ],
  [
    'an unknown call',
    ended({ name: 'unknown', reason: 'timeout' }),
    { level: 'WARN', event: 'call_unknown', ...traced, outcome: 'unknown', reason: 'timeout', durationMs: 250 },
    { CallsUnknown: 1, CallDuration: 250 },
  ],
  [
    'a call that was not sent',
    ended({ name: 'not_sent', reason: 'connect_refused' }),
    { level: 'WARN', event: 'call_not_sent', ...traced, outcome: 'not_sent', reason: 'connect_refused' },
    { CallsNotSent: 1, CallDuration: 250 },
  ],
  [
    'a breach of contract',
    { notice: 'platform_breach', chunk, correlationId, breach: 'correlation_id_differs' },
    { level: 'ERROR', event: 'platform_breach', ...traced, breach: 'correlation_id_differs' },
    { PlatformBreaches: 1 },
  ],
  [
    'refused keys',
    { notice: 'credentials_refused', chunk, correlationId, code: '001_001' },
    { level: 'ERROR', event: 'credentials_refused', ...traced, code: '001_001' },
    { CredentialsRefused: 1 },
  ],
  [
    // failures: F092
    'a code that is not published',
    { notice: 'unclear_code', chunk, correlationId, code: '000_999', description: '점검 중' },
    { level: 'WARN', event: 'unclear_code', ...traced, code: '000_999', description: '점검 중' },
    { UnclearCodes: 1 },
  ],
  [
    'a corporation that is refused while others are answered',
    { notice: 'corporation_refused', chunk, correlationId, until: aMoment },
    { level: 'ERROR', event: 'corporation_refused', ...traced, nextCheckAt: '2026-11-22T01:15:00.000Z' },
    {},
  ],
  [
    'a word that is not known as success',
    { notice: 'unknown_return_message', chunk, correlationId, returnMessage: '처리됨' },
    { level: 'ERROR', event: 'unknown_return_message', ...traced, returnMessage: '처리됨' },
    { UnknownReturnMessages: 1 },
  ],
  [
    'a worker that came too late',
    { notice: 'fenced_off', chunk, correlationId },
    { level: 'WARN', event: 'fenced_off', ...traced },
    { WorkersFencedOff: 1 },
  ],
  [
    'a chunk that was put down',
    { notice: 'chunk_parked', chunk, open: 3, dueAt: aMoment },
    {
      level: 'INFO',
      event: 'chunk_parked',
      requestId: aRequestId,
      chunk: 2,
      open: 3,
      nextCheckAt: '2026-11-22T01:15:00.000Z',
    },
    { ChunksParked: 1 },
  ],
  [
    'a settled chunk',
    { notice: 'chunk_settled', chunk, counts },
    { level: 'INFO', event: 'chunk_settled', requestId: aRequestId, chunk: 2, ...counts },
    {},
  ],
  [
    'a redrive, with the statuses that it reopens',
    {
      ...{ notice: 'redriven', requestId: aRequestId, by: 'arn:operator', cards: 3 },
      statuses: ['rejected', 'not_found'],
    },
    {
      ...{ level: 'INFO', event: 'redriven', requestId: aRequestId, by: 'arn:operator', cards: 3 },
      statuses: 'rejected,not_found',
    },
    {},
  ],
  [
    'a settled request',
    { notice: 'request_settled', requestId: aRequestId },
    { level: 'INFO', event: 'request_settled', requestId: aRequestId },
    { RequestsSettled: 1 },
  ],
  [
    'a file that was received',
    { notice: 'upload_received', requestId: aRequestId, uploadKey: 'incoming/카드.csv' },
    { level: 'INFO', event: 'upload_received', requestId: aRequestId, uploadKey: 'incoming/카드.csv' },
    { UploadsReceived: 1 },
  ],
  [
    'a file that cannot be read',
    {
      ...{ notice: 'upload_refused', requestId: aRequestId, uploadKey: 'incoming/a.csv' },
      failure: { reason: 'no_header', detail: 'The first line names no column.' },
    },
    {
      ...{ level: 'ERROR', event: 'upload_refused', requestId: aRequestId, uploadKey: 'incoming/a.csv' },
      ...{ reason: 'no_header', description: 'The first line names no column.' },
    },
    { UploadsRefused: 1 },
  ],
  [
    'a file that was read to its end',
    {
      ...{ notice: 'upload_ingested', requestId: aRequestId, dryRun: false, cards: 90, chunks: 2 },
      progress: { rowsRead: 100, rowsRejected: 7, rowsRepeated: 3 },
    },
    {
      ...{ level: 'INFO', event: 'upload_ingested', requestId: aRequestId, dryRun: false, cards: 90, chunks: 2 },
      ...{ rowsRead: 100, rowsRejected: 7, rowsRepeated: 3 },
    },
    { UploadsIngested: 1, RowsRejected: 7 },
  ],
  [
    'a bell that failed',
    { notice: 'bell_failed', bell: 'report', requestId: aRequestId, error: new TypeError('no') },
    {
      ...{ level: 'WARN', event: 'bell_failed', bell: 'report', requestId: aRequestId },
      error: expect.objectContaining({ name: 'TypeError' }),
    },
    { BellsFailed: 1 },
  ],
  [
    'work that was interrupted',
    { notice: 'work_interrupted', work: `chunk ${aRequestId}#2`, error: new TypeError('no') },
    {
      level: 'ERROR',
      event: 'work_interrupted',
      work: `chunk ${aRequestId}#2`,
      error: expect.objectContaining({ name: 'TypeError' }),
    },
    { WorkInterrupted: 1 },
  ],
];

describe('word of the domain', () => {
  it.each(cases)('is heard of %s: in one line, and in its metrics', (_, notice, line, metrics) => {
    const { observability, lines } = listening();
    observability.notify(notice);
    observability.meter.publish();
    const [logged, measured, ...more] = lines();
    expect(logged).toMatchObject(line);
    expect(measured ?? {}).toMatchObject(metrics);
    const names = Object.keys(measured ?? {}).filter((name) => name !== '_aws' && name !== 'service');
    expect(names.sort()).toEqual(Object.keys(metrics).sort());
    expect(more).toEqual([]);
  });

  it.each<[Notice, Record<string, unknown>]>([
    [
      { notice: 'cards_tallied', counts },
      { CardsNamed: 97, CardsAlreadyNamed: 1, CardsNotFound: 2 },
    ],
    [{ notice: 'platform_seen', down: true }, { PlatformDown: 1 }],
    [
      { notice: 'open_work_seen', oldestSeconds: 90, failingAlone: 3 },
      { OldestOpenWorkSeconds: 90, ChunksFailingAlone: 3 },
    ],
  ])('is measured and not logged where it is a number only: %o', (notice, metrics) => {
    const { observability, lines } = listening();
    observability.notify(notice);
    observability.meter.publish();
    expect(lines()).toEqual([expect.objectContaining({ ...metrics, service: 'gateway' })]);
  });

  it('adds up what is told more than once, and is silent when there is nothing to tell', () => {
    const { observability, lines } = listening();
    observability.meter.publish();
    expect(lines()).toEqual([]);
    observability.meter.measure('CardsNamed', 3);
    observability.meter.measure('CardsNamed', 4);
    observability.meter.publish();
    observability.meter.publish();
    expect(lines()).toEqual([expect.objectContaining({ CardsNamed: [3, 4] })]);
  });
});
