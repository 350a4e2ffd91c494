import type { LimitIncrease } from '../../../submit/gateway.ts';

type Over = {
  readonly status?: LimitIncrease['status'];
  readonly counts?: Partial<LimitIncrease['counts']>;
  readonly upload?: Partial<LimitIncrease['upload']>;
  readonly progress?: Partial<LimitIncrease['progress']>;
};

/** What the gateway tells of a file; of one that it has just begun to read, unless a test says otherwise. */
export const aLimitIncrease = ({ status = 'receiving', counts, upload, progress }: Over = {}): LimitIncrease => ({
  requestId: '7ZK3Q2M5X4C6V8B9N0A1S2D3F4',
  status,
  counts: { total: 0, open: 0, named: 0, alreadyNamed: 0, notFound: 0, rejected: 0, unresolved: 0, ...counts },
  upload: { dryRun: false, ...upload },
  progress: { rowsRead: 0, rowsRejected: 0, rowsRepeated: 0, secondsLeft: null, ...progress },
});

/** Of a file whose report is written. */
export const aReported = ({ upload, ...over }: Over = {}): LimitIncrease =>
  aLimitIncrease({ status: 'settled', ...over, upload: { reports: 'reports/x/1/', ...upload } });
