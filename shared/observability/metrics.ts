import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

// Every metric there is, in CloudWatch's embedded format: a line of the log that CloudWatch reads. Those of cards count
// each card when its result is tallied, and once more only if a redrive has it asked for again.

const units = {
  CallsAnswered: MetricUnit.Count,
  CallsUnknown: MetricUnit.Count,
  CallsNotSent: MetricUnit.Count,
  CallDuration: MetricUnit.Milliseconds,
  CardsNamed: MetricUnit.Count,
  CardsAlreadyNamed: MetricUnit.Count,
  CardsNotFound: MetricUnit.Count,
  CardsRejected: MetricUnit.Count,
  CardsUnresolved: MetricUnit.Count,
  UploadsReceived: MetricUnit.Count,
  UploadsRefused: MetricUnit.Count,
  UploadsIngested: MetricUnit.Count,
  RowsRejected: MetricUnit.Count,
  BellsFailed: MetricUnit.Count,
  ChunksParked: MetricUnit.Count,
  RequestsSettled: MetricUnit.Count,
  ReportsWritten: MetricUnit.Count,
  NamingsContested: MetricUnit.Count,
  PlatformBreaches: MetricUnit.Count,
  CredentialsRefused: MetricUnit.Count,
  UnclearCodes: MetricUnit.Count,
  PlatformDown: MetricUnit.Count,
  OldestOpenWorkSeconds: MetricUnit.Seconds,
  ChunksFailingAlone: MetricUnit.Count,
  UnknownReturnMessages: MetricUnit.Count,
  WorkersFencedOff: MetricUnit.Count,
  WorkInterrupted: MetricUnit.Count,
  SecretFailures: MetricUnit.Count,
  LedgerUnavailable: MetricUnit.Count,
  Faults: MetricUnit.Count,
} as const;

export type MetricName = keyof typeof units;

export type Measure = (name: MetricName, value?: number) => void;

export type MetricsSettings = { readonly metricsNamespace: string; readonly serviceName: string };

/** `publish` writes what was measured since it was last called; nothing if there is nothing. */
export type Meter = { readonly measure: Measure; publish(): void };

export function createMeter({ metricsNamespace: namespace, serviceName }: MetricsSettings): Meter {
  const metrics = new Metrics({ namespace, serviceName });
  return {
    measure: (name, value = 1) => {
      metrics.addMetric(name, units[name], value);
    },
    publish: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
