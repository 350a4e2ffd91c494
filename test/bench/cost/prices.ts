// List prices of ap-northeast-2 (Seoul) in US dollars, without any free tier, as we knew them in 2026. Prices change: check
// them against AWS's pages before anything is built on the sums.

const million = 1_000_000;

export const prices = {
  /** DynamoDB on demand. A transaction's write takes two units. */
  writeUnit: 0.6778 / million,
  readUnit: 0.1355 / million,
  /** Lambda on arm64. */
  gbSecond: 0.0000133334,
  invocation: 0.2 / million,
  /** Of an HTTP API. */
  httpRequest: 1.23 / million,
  sqsRequest: 0.4 / million,
  /** Of EventBridge, put by ourselves. */
  event: 1 / million,
  /** CloudWatch Logs, taken in. */
  logGb: 0.76,
  trace: 5 / million,
  /** A month each: the table's, and that of the backup to any second. */
  tableGb: 0.2707,
  backupGb: 0.2165,
} as const;

/** A quiet stack, and the metrics that a busy one writes: see README.md, "What it creates, and what that costs". */
export const fixedPerMonth = { idle: 13, metrics: 20 } as const;
