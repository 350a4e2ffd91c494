// What AWS grants an account by default, as its pages had it in 2026. Most of it is raised on request: look it up in
// Service Quotas before anything is built on it.

export const quotas = {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
  partitionWriteUnits: 1_000,
  partitionReadUnits: 3_000,
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html: a new table on demand
  newTableWriteUnits: 4_000,
  newTableReadUnits: 12_000,
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html: any table on demand
  tableWriteUnits: 40_000,
  tableReadUnits: 40_000,
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: ten times as many synchronous ones a second
  lambdaConcurrency: 1_000,
  // https://docs.aws.amazon.com/lambda/latest/dg/API_ScalingConfig.html: the most that an SQS event source may have
  eventSourceConcurrency: 1_000,
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
  httpRequests: 10_000,
} as const;
