import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';
import type { NamingOrder } from './check-body.ts';
import type { PlayedMisbehaviour } from './misbehaviour.ts';
import type { Delivery } from './play.ts';

// Everything that came in, in order, whether or not it was answered. `seq`, `effectSeq` and `finishedSeq` are ticks of
// one counter: they order events exactly where two clock readings may be equal.

export type LoggedRequest = {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As the header says, well formed or not; empty if there is none. */
  readonly correlationId: string;
  /** As received; empty if it was not read. */
  body: Buffer;
  /** Present if the request was found good. */
  order?: NamingOrder | undefined;
  /** Requests that came before and were still unanswered when this one's body had been read. */
  overlapping: readonly Overlap[];
  played?: PlayedMisbehaviour | undefined;
  /** What was sent, if anything was. */
  answered?: { readonly status: number; readonly code?: string | undefined; readonly how: string } | undefined;
  /** The cards that this request named. */
  tookEffectOn: readonly string[];
  effectSeq?: number | undefined;
  effectAt?: number | undefined;
  /** The last byte of the answer left, or the connection is gone. */
  finishedSeq?: number | undefined;
  finishedAt?: number | undefined;
};

export type Overlap = {
  readonly seq: number;
  readonly correlationId: string;
  readonly sameCorporation: boolean;
  readonly sharedPars: readonly string[];
};

/** What no careful client does. A refused key is none: keys are rotated. */
export type Violation = {
  readonly seq: number;
  readonly correlationId: string;
  readonly violation: 'correlation_id_reused' | 'malformed_request' | 'par_repeated';
  readonly detail: string;
};

export type Counters = {
  readonly requests: number;
  readonly inFlight: number;
  readonly inFlightMax: number;
  readonly cardsNamed: number;
  readonly violations: number;
  /** Requests by `status code` of their answer, such as `200 000_000`; `none` for those without one. */
  readonly answers: Readonly<Record<string, number>>;
};

export type RequestLog = ReturnType<typeof createRequestLog>;

export function createRequestLog(clock: () => number) {
  let requests: LoggedRequest[] = [];
  let violations: Violation[] = [];
  let seen = new Set<string>();
  let ticks = 0;
  let inFlightMax = 0;
  const open = new Set<LoggedRequest>();

  const violate = ({ seq, correlationId }: LoggedRequest, violation: Violation['violation'], detail: string): void => {
    violations.push({ seq, correlationId, violation, detail });
  };

  return {
    begin(start: Pick<LoggedRequest, 'method' | 'path' | 'headers' | 'correlationId'>): LoggedRequest {
      ticks += 1;
      const entry: LoggedRequest = {
        ...start,
        seq: ticks,
        receivedAt: clock(),
        body: Buffer.alloc(0),
        overlapping: [],
        tookEffectOn: [],
      };
      requests.push(entry);
      open.add(entry);
      inFlightMax = Math.max(inFlightMax, open.size);
      if (seen.has(entry.correlationId)) violate(entry, 'correlation_id_reused', entry.correlationId);
      if (entry.correlationId !== '') seen.add(entry.correlationId);
      return entry;
    },

    accepted(entry: LoggedRequest, order: NamingOrder): void {
      entry.order = order;
      entry.overlapping = [...open].flatMap((other) => (other.seq < entry.seq ? [overlap(other, order)] : []));
      if (new Set(order.parList).size < order.parList.length) violate(entry, 'par_repeated', 'parList');
    },

    malformed(entry: LoggedRequest, fault: Answer): void {
      violate(entry, 'malformed_request', `${fault.status} ${fault.body.toString()}`.trim());
    },

    tookEffect(entry: LoggedRequest, pars: readonly string[], at: number): void {
      ticks += 1;
      Object.assign(entry, { tookEffectOn: pars, effectSeq: ticks, effectAt: at });
    },

    answered(entry: LoggedRequest, answer: Answer, how: Delivery['how']): void {
      if (how !== 'reset' && how !== 'never') entry.answered = { status: answer.status, code: answer.code, how };
    },

    /** May be told more than once: the first time counts. */
    finished(entry: LoggedRequest): void {
      if (!open.delete(entry)) return;
      ticks += 1;
      Object.assign(entry, { finishedSeq: ticks, finishedAt: clock() });
    },

    requests: (): readonly LoggedRequest[] => requests,
    violations: (): readonly Violation[] => violations,
    counters: (): Counters => ({
      requests: requests.length,
      inFlight: open.size,
      inFlightMax,
      cardsNamed: requests.reduce((sum, { tookEffectOn }) => sum + tookEffectOn.length, 0),
      violations: violations.length,
      answers: countAnswers(requests),
    }),
    clear(): void {
      requests = [];
      violations = [];
      seen = new Set();
      inFlightMax = open.size;
    },
  };
}

function overlap({ seq, correlationId, order: other }: LoggedRequest, order: NamingOrder): Overlap {
  const pars = new Set(order.parList);
  return {
    seq,
    correlationId,
    sameCorporation:
      other?.bizLicenseNo === order.bizLicenseNo && other.registrationNumber === order.registrationNumber,
    sharedPars: other?.parList.filter((par) => pars.has(par)) ?? [],
  };
}

function countAnswers(requests: readonly LoggedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { answered } of requests) {
    const key = answered === undefined ? 'none' : `${answered.status} ${answered.code ?? ''}`.trim();
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
