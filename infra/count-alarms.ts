import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MetricName } from '../shared/observability/metrics.ts';
import { createAlarm } from './constructs/gateway-alarm.ts';
import { callers, createOwnMetrics, doors, queueWorkers, type ServiceName } from './own-metrics.ts';

// What the functions count themselves, while each of them ends well as Lambda sees it.

type CountAlarm = {
  readonly id: string;
  readonly name: string;
  readonly metric: MetricName;
  readonly writtenBy: readonly ServiceName[];
  readonly fired: string;
  readonly impact: string;
  /** Of five minutes, on end. */
  readonly periods: number;
};

// Each wants a person at its first: none of them ends by itself. Only what a worker takes up again by itself may go on
// for a while, as throttles may.
const countAlarms: readonly CountAlarm[] = [
  {
    id: 'CredentialsRefused',
    name: 'credentials-refused',
    metric: 'CredentialsRefused',
    writtenBy: callers,
    fired: 'KONA PLATE refused our keys, within 5 minutes.',
    impact: 'Orders are accepted and stay open until the secret holds keys that it takes.',
    periods: 1,
  },
  {
    id: 'SecretFailures',
    name: 'secret-failures',
    metric: 'SecretFailures',
    writtenBy: callers,
    fired: 'The secret could not be read, or holds what is no secret, within 5 minutes.',
    impact: 'A process that has read none yet can make no call: its orders stay open.',
    periods: 1,
  },
  {
    id: 'UnknownReturnMessages',
    name: 'unknown-return-messages',
    metric: 'UnknownReturnMessages',
    writtenBy: callers,
    fired: 'KONA PLATE listed a card, twice, with a word that is not known as success.',
    impact: 'Such cards stay open, and are given up in the end.',
    periods: 1,
  },
  {
    id: 'PlatformBreaches',
    name: 'platform-breaches',
    metric: 'PlatformBreaches',
    writtenBy: callers,
    fired: 'An answer of KONA PLATE did not hold to its contract, within 5 minutes.',
    impact: 'No card is named by mistake; what such an answer leaves unknown is asked for again.',
    periods: 1,
  },
  {
    id: 'CardsUnresolved',
    name: 'cards-unresolved',
    metric: 'CardsUnresolved',
    // An order is given up days after its POST was answered.
    writtenBy: ['settle-chunk', 'reconcile'],
    fired: 'Cards were given up: for giveUpAfterHours no answer of KONA PLATE settled them.',
    impact: 'Whether they are named, nobody knows, and nobody asks any more.',
    periods: 1,
  },
  {
    id: 'NamingsContested',
    name: 'namings-contested',
    metric: 'NamingsContested',
    // Of a file with its report, of an order with its event.
    writtenBy: ['write-report', 'announce-settled'],
    fired: 'Cards that were ordered are named already, for another corporation or for one of several.',
    impact: 'Their limits are raised, but whose they are is not clear.',
    periods: 1,
  },
  {
    id: 'UploadsRefused',
    name: 'uploads-refused',
    metric: 'UploadsRefused',
    writtenBy: ['ingest-upload'],
    fired: 'A file could not be read at all.',
    impact: 'Nothing of it was taken, and whoever uploaded it may not know.',
    periods: 1,
  },
  {
    // What fails elsewhere is told already: a door answers 500, and a run of the reconciler counts as an error.
    id: 'MessageFaults',
    name: 'message-faults',
    metric: 'Faults',
    writtenBy: queueWorkers,
    fired: 'A message of a queue could not be dealt with, within 5 minutes.',
    impact: 'It comes again, hours later at the most; after five times it is a dead letter.',
    periods: 1,
  },
  {
    id: 'LedgerUnavailable',
    name: 'ledger-unavailable',
    metric: 'LedgerUnavailable',
    writtenBy: doors,
    fired: 'A caller was answered 503, because the ledger could not be reached, within 5 minutes.',
    impact: 'No order is lost: the caller repeats it with the same key.',
    periods: 1,
  },
  {
    id: 'WorkInterrupted',
    name: 'work-interrupted',
    metric: 'WorkInterrupted',
    writtenBy: callers,
    fired: 'The ledger failed under workers, for 15 minutes on end.',
    impact: 'Their work falls due again when their leases end; until then its cards stay open.',
    periods: 3,
  },
];

export function createCountAlarms(scope: Construct, topic: ITopic | undefined): void {
  const metrics = createOwnMetrics(scope);
  for (const { id, metric, writtenBy, ...alarm } of countAlarms)
    createAlarm(scope, id, {
      ...alarm,
      metric: metrics.sum(metric, writtenBy, { period: Duration.minutes(5) }),
      at: 1,
      topic,
    });
}
