import { Logger } from '@aws-lambda-powertools/logger';
import { errorFields } from './error-fields.ts';
import { type LogEventName, logEvents } from './log-events.ts';
import { masked } from './masked.ts';

// One line of JSON an event. Only fields of this list are ever written: what is new must be thought of here.

const fieldNames = [
  'requestId',
  'messageId',
  'receives',
  'chunk',
  'correlationId',
  'cards',
  'outcome',
  'reading',
  'httpStatus',
  'code',
  'description',
  'reason',
  'lastAnswerAt',
  'durationMs',
  'breach',
  'returnMessage',
  'open',
  'named',
  'already_named',
  'not_found',
  'rejected',
  'unresolved',
  'nextCheckAt',
  'uploadKey',
  'dryRun',
  'rowsRead',
  'rowsRejected',
  'rowsRepeated',
  'chunks',
  'bell',
  'edition',
  'other_corporation',
  'disputed',
  'by',
  'statuses',
  'replayed',
  'route',
  'problem',
  'work',
  'settled',
  'parked',
  'held',
  'not_due',
  'no_time',
  'platform_down',
  'downMs',
  'fenced_off',
  'requestsSettled',
  'requestsPostponed',
  'uploadsRung',
  'reportsRung',
  'chunksRung',
  'oldestOpenWorkSeconds',
  'chunksFailingAlone',
  'circuit',
  'interrupted',
  'gone',
] as const;

type FieldName = (typeof fieldNames)[number];

type LogFields = Readonly<Partial<Record<FieldName, string | number | boolean | undefined>>> & {
  /** Anything thrown; reduced to what may be told of it. */
  readonly error?: unknown;
};

export type Log = (event: LogEventName, fields?: LogFields) => void;

export type LoggerSettings = {
  readonly serviceName: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
};

export const createLogger = ({ serviceName, logLevel }: LoggerSettings): Logger =>
  new Logger({ serviceName, logLevel });

export function createLog(logger: Pick<Logger, 'info' | 'warn' | 'error'>): Log {
  return (event, fields = {}) => {
    const { level, sentence } = logEvents[event];
    const line: Record<string, unknown> = { event };
    for (const name of fieldNames) {
      const value = fields[name];
      if (value !== undefined) line[name] = typeof value === 'string' ? masked(value) : value;
    }
    if (fields.error !== undefined) line['error'] = errorFields(fields.error);
    logger[level](sentence, line);
  };
}
