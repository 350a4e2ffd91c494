import type { Notice, Notify } from '../limit-increase/notice.ts';
import type { OpenWork, RecordedOutcome } from '../limit-increase/ports.ts';
import type { ChunkRef, Instant, SettledCounts } from '../limit-increase/terms.ts';
import type { LogEventName } from './log-events.ts';
import type { Log } from './logger.ts';
import type { Measure, MetricName } from './metrics.ts';

/** Word of the domain as log lines and metrics. Every line about a call tells its correlation ID, request and chunk. */
export function createNotify(log: Log, measure: Measure): Notify {
  return (notice) => {
    switch (notice.notice) {
      case 'call_ended':
        return tellCall(notice);
      case 'platform_breach':
        measure('PlatformBreaches');
        return log('platform_breach', { ...callFields(notice), breach: notice.breach });
      case 'credentials_refused':
        measure('CredentialsRefused');
        return log('credentials_refused', { ...callFields(notice), code: notice.code });
      case 'unclear_code': {
        const { code, description } = notice;
        measure('UnclearCodes');
        return log('unclear_code', { ...callFields(notice), code, description });
      }
      case 'corporation_refused': {
        const nextCheckAt = new Date(notice.until).toISOString();
        return log('corporation_refused', { ...callFields(notice), nextCheckAt });
      }
      case 'inquiry_failed':
        return log('inquiry_failed', { ...callFields(notice), error: notice.error });
      case 'platform_down':
        return log('platform_down', { reason: notice.reason, lastAnswerAt: isoOf(notice.lastAnswerAt) });
      case 'platform_up':
        return log('platform_up', { downMs: notice.downMs });
      case 'platform_seen':
        return measure('PlatformDown', notice.down ? 1 : 0);
      case 'open_work_seen':
        measure('OldestOpenWorkSeconds', notice.oldestSeconds);
        return measure('ChunksFailingAlone', notice.failingAlone);
      case 'platform_unread':
        return log('platform_unread', { error: notice.error });
      case 'unknown_return_message':
        measure('UnknownReturnMessages');
        return log('unknown_return_message', { ...callFields(notice), returnMessage: notice.returnMessage });
      case 'fenced_off':
        measure('WorkersFencedOff');
        return log('fenced_off', callFields(notice));
      case 'upload_received':
        measure('UploadsReceived');
        return log('upload_received', { requestId: notice.requestId, uploadKey: notice.uploadKey });
      case 'upload_refused': {
        const { requestId, uploadKey, failure } = notice;
        measure('UploadsRefused');
        return log('upload_refused', { requestId, uploadKey, reason: failure.reason, description: failure.detail });
      }
      case 'upload_ingested': {
        const { requestId, dryRun, progress, cards, chunks } = notice;
        measure('UploadsIngested');
        if (progress.rowsRejected > 0) measure('RowsRejected', progress.rowsRejected);
        return log('upload_ingested', { requestId, dryRun, ...progress, cards, chunks });
      }
      case 'bell_failed':
        measure('BellsFailed');
        return log('bell_failed', { bell: notice.bell, requestId: notice.requestId, error: notice.error });
      case 'chunk_parked': {
        measure('ChunksParked');
        const nextCheckAt = new Date(notice.dueAt).toISOString();
        return log('chunk_parked', { ...chunkFields(notice.chunk), open: notice.open, nextCheckAt });
      }
      case 'given_up':
        return log('given_up', { ...chunkFields(notice.chunk), cards: notice.cards });
      case 'cards_tallied':
        return measureCards(notice.counts);
      case 'chunk_settled':
        return log('chunk_settled', { ...chunkFields(notice.chunk), ...notice.counts });
      case 'request_settled':
        measure('RequestsSettled');
        return log('request_settled', { requestId: notice.requestId });
      case 'settled_announced':
        return log('settled_announced', { requestId: notice.requestId });
      case 'report_written':
        measure('ReportsWritten');
        return log('report_written', { requestId: notice.requestId, edition: notice.edition });
      case 'report_put_off': {
        const { requestId, edition, chunks } = notice;
        return log('report_put_off', { requestId, edition, chunks });
      }
      case 'naming_contested': {
        const { requestId, other_corporation, disputed } = notice;
        measure('NamingsContested', other_corporation + disputed);
        return log('naming_contested', { requestId, other_corporation, disputed });
      }
      case 'redriven': {
        const { requestId, by, cards, statuses } = notice;
        return log('redriven', { requestId, by, cards, statuses: statuses.join(',') });
      }
      case 'work_gone':
        return log('work_gone', workFields(notice.work));
      case 'work_interrupted':
        measure('WorkInterrupted');
        return log('work_interrupted', { work: notice.work, error: notice.error });
      default:
        return notice satisfies never;
    }
  };

  function tellCall(notice: Extract<Notice, { notice: 'call_ended' }>): void {
    const { outcome, durationMs, cards } = notice;
    const { name, reading, httpStatus, code, description, reason } = outcome;
    const { event, metric } = callEnds[name];
    measure(metric);
    measure('CallDuration', durationMs);
    const said = { outcome: name, reading, httpStatus, code, description, reason };
    log(event, { ...callFields(notice), cards, ...said, durationMs });
  }

  function measureCards(counts: SettledCounts): void {
    for (const { metric, count } of cardMetrics(counts)) if (count > 0) measure(metric, count);
  }
}

const callEnds = {
  answered: { event: 'call_answered', metric: 'CallsAnswered' },
  unknown: { event: 'call_unknown', metric: 'CallsUnknown' },
  not_sent: { event: 'call_not_sent', metric: 'CallsNotSent' },
} as const satisfies Record<RecordedOutcome['name'], { event: LogEventName; metric: MetricName }>;

const workFields = (work: OpenWork) => (work.work === 'chunk' ? chunkFields(work.ref) : { requestId: work.requestId });

const chunkFields = ({ requestId, chunkNumber }: ChunkRef) => ({ requestId, chunk: chunkNumber });

const callFields = ({ chunk, correlationId }: { chunk: ChunkRef; correlationId?: string | undefined }) => ({
  ...chunkFields(chunk),
  correlationId,
});

const cardMetrics = (counts: SettledCounts): { metric: MetricName; count: number }[] => [
  { metric: 'CardsNamed', count: counts.named },
  { metric: 'CardsAlreadyNamed', count: counts.already_named },
  { metric: 'CardsNotFound', count: counts.not_found },
  { metric: 'CardsRejected', count: counts.rejected },
  { metric: 'CardsUnresolved', count: counts.unresolved },
];

const isoOf = (at: Instant | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
