import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { Cards } from './cards.ts';
import { checkRequest } from './check-request.ts';
import type { Credentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import { judge, type Verdict } from './judge.ts';
import type { PlayedMisbehaviour } from './misbehaviour.ts';
import type { MisbehaviourChoice } from './misbehaviour-choice.ts';
import type { Modes } from './modes.ts';
import { type Play, play } from './play.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';

export type ExchangeDeps = {
  readonly cards: Cards;
  readonly choice: MisbehaviourChoice;
  readonly log: RequestLog;
  readonly modes: () => Modes;
  readonly credentials: () => readonly Credentials[];
  readonly clock: () => number;
  /** Rejects when the simulator closes. */
  readonly wait: (ms: number) => Promise<void>;
};

/** One request from its headers to its end: arrival, check, verdict, effect, answer. In that order, always. */
export function createExchange({ cards, choice, log, modes, credentials, clock, wait }: ExchangeDeps) {
  const verdictOn = (entry: LoggedRequest, fault: Answer | undefined): Verdict => {
    if (entry.order === undefined || fault !== undefined) return { names: [], answer: fault ?? unread };
    return judge(entry.order, entry.order.parList, { modes: modes(), truthOf: cards.read });
  };

  const check = (entry: LoggedRequest): Answer | undefined => {
    const checked = checkRequest(entry, credentials());
    if ('order' in checked) {
      log.accepted(entry, checked.order);
      return undefined;
    }
    if (checked.of === 'form') log.malformed(entry, checked.fault);
    return checked.fault;
  };

  const takeEffect = (entry: LoggedRequest, names: readonly string[]): void => {
    if (entry.order === undefined || names.length === 0) return;
    const { bizLicenseNo, registrationNumber } = entry.order;
    const namedAt = clock();
    cards.name(names, { bizLicenseNo, registrationNumber, correlationId: entry.correlationId, namedAt });
    log.tookEffect(entry, names, namedAt);
  };

  const sendOff = async (entry: LoggedRequest, played: Play, line: Parameters<typeof deliver>[2]): Promise<void> => {
    const { echo, headers } = played.answer;
    const given = echo === undefined ? entry.correlationId : (echo ?? '');
    const answer =
      given === '' ? played.answer : { ...played.answer, headers: { ...headers, [correlationIdHeader]: given } };
    log.answered(entry, answer, played.delivery.how);
    await deliver(answer, played.delivery, line);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const entry = log.begin(startOf(request));
    const hungUp = new Promise<void>((resolve) => {
      response.once('close', () => {
        log.finished(entry);
        resolve();
      });
    });
    const line = { response, wait, hungUp, lastByte: () => log.finished(entry) };
    const { early, known } = choice.arriving();
    if (early?.kind === 'reset_unread') {
      entry.played = early;
      return deliver(unread, { how: 'reset' }, line);
    }
    const body = await readBody(request);
    if (body === undefined) return;
    entry.body = body;
    const fault = check(entry);
    entry.played = known(entry.order?.parList ?? []);
    await wait(modes().latencyMs);

    const verdict = verdictOn(entry, fault);
    entry.played ??= verdict.names.some(cards.fades) ? unanswered : undefined;
    const staged = play(verdict, entry.played, entry.path);
    if (staged.lateMs === undefined) takeEffect(entry, staged.names);
    await sendOff(entry, staged, line);
    if (staged.lateMs === undefined) return;
    await wait(staged.lateMs);
    // Judged anew: in the meantime the caller may have had the same cards named by another call.
    takeEffect(entry, verdictOn(entry, fault).names);
  };
}

const correlationIdHeader = 'X-KM-Correlation-Id';

const unanswered: PlayedMisbehaviour = { kind: 'hang', when: 'after' };
const unread: Answer = { status: 500, headers: {}, body: Buffer.alloc(0) };

const startOf = ({ method = '', url = '', headers }: IncomingMessage) => ({
  method,
  path: url.split('?', 1)[0] ?? '',
  headers,
  correlationId: [headers['x-km-correlation-id']].flat().join(', '),
});

/** Undefined if the caller broke off before it was whole. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  } catch {
    return undefined;
  }
}
