import type { LimitIncrease } from './gateway.ts';

/** How far a file has come. */
export type Stage =
  | { readonly stage: 'uploading'; readonly bytesSent: number; readonly bytesTotal: number }
  /** Uploaded; the gateway has not begun to read. */
  | { readonly stage: 'waiting' }
  | { readonly stage: 'following'; readonly limitIncrease: LimitIncrease };

/** What a bar shows of it. `share`: from 0 to 1; undefined where nobody knows how much there is to do. */
export type StageView = { readonly name: string; readonly share?: number; readonly text: string };

/** So long nothing becomes final when KONA PLATE left the rest unanswered: how long that takes nobody can tell by the pace before. */
const standstillMs = 15_000;

/** `unchangedMs`: for how long the number of open cards has been the same. */
export function viewOf(stage: Stage, unchangedMs: number): StageView {
  switch (stage.stage) {
    case 'uploading': {
      const { bytesSent, bytesTotal } = stage;
      const share = bytesTotal === 0 ? 1 : bytesSent / bytesTotal;
      return { name: 'uploading', share, text: `${mebibytes(bytesSent)} of ${mebibytes(bytesTotal)} MiB` };
    }
    case 'waiting':
      return { name: 'waiting', text: 'for the gateway to take the file up' };
    case 'following':
      return followed(stage.limitIncrease, unchangedMs);
  }
}

function followed({ status, counts, progress }: LimitIncrease, unchangedMs: number): StageView {
  if (status === 'settled') return { name: 'reporting', share: 1, text: 'all is final; the report is being written' };
  const { rowsRead, rowsRejected, secondsLeft } = progress;
  if (counts.total === 0)
    return { name: 'reading', text: `${rows(rowsRead)}${rowsRejected > 0 ? `, ${count(rowsRejected)} rejected` : ''}` };
  const final = counts.total - counts.open;
  const outlook = unchangedMs < standstillMs ? left(secondsLeft) : ['the others wait to be asked for again'];
  const text = [`${count(final)} of ${count(counts.total)} cards`, ...outlook, ...fates(counts)].join(', ');
  return { name: 'settling', share: final / counts.total, text };
}

/** `3 named`, `1 already named`: the statuses that there are. */
export function fates(counts: LimitIncrease['counts']): string[] {
  const { named, alreadyNamed, notFound, rejected, unresolved } = counts;
  const told = { named, 'already named': alreadyNamed, 'not found': notFound, rejected, unresolved };
  return Object.entries(told).flatMap(([name, number]) => (number > 0 ? [`${count(number)} ${name}`] : []));
}

const left = (seconds: number | null): string[] => (seconds === null ? [] : [`${duration(seconds)} left`]);

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const count = (value: number): string => value.toLocaleString('en-US');

export const rows = (value: number): string => (value === 1 ? '1 row' : `${count(value)} rows`);

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
