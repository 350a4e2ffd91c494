import type { Logger } from '@aws-lambda-powertools/logger';
import type { Notify } from '../limit-increase/notice.ts';
import { createLog, createLogger, type Log, type LoggerSettings } from './logger.ts';
import { createMeter, type Meter, type MetricsSettings } from './metrics.ts';
import { createNotify } from './notify.ts';

/** The one voice of a process. */
export type Observability = {
  readonly logger: Logger;
  readonly log: Log;
  readonly meter: Meter;
  readonly notify: Notify;
};

export function createObservability(settings: LoggerSettings & MetricsSettings): Observability {
  const logger = createLogger(settings);
  const log = createLog(logger);
  const meter = createMeter(settings);
  return { logger, log, meter, notify: createNotify(log, meter.measure) };
}
