import type { Answer } from './answer.ts';
import type { Cards, CardTruth } from './cards.ts';
import { checkRequest } from './check-request.ts';
import type { Credentials } from './credentials.ts';
import { judge, type Verdict } from './judge.ts';
import { createWording } from './long-text.ts';
import type { PlayedMisbehaviour } from './misbehaviour.ts';
import type { MisbehaviourChoice } from './misbehaviour-choice.ts';
import type { Modes } from './modes.ts';
import { type Delivery, type Play, play, whole } from './play.ts';
import type { RateLimit } from './rate-limit.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';

export type ExchangeDeps = {
  readonly cards: Cards;
  readonly choice: MisbehaviourChoice;
  readonly log: RequestLog;
  readonly rateLimit: RateLimit;
  readonly modes: () => Modes;
  readonly credentials: () => readonly Credentials[];
  readonly clock: () => number;
  /** Rejects when the simulator closes. */
  readonly wait: (ms: number) => Promise<void>;
};

/** A request on its way in, and the way back: over a socket, or over none. */
export type Arrival = {
  readonly start: Pick<LoggedRequest, 'method' | 'path' | 'headers' | 'correlationId'>;
  /** Undefined if the caller broke off before it was whole. */
  readBody(): Promise<Buffer | undefined>;
  /** Told when the caller is gone, or has the whole answer. */
  onClosed(act: () => void): void;
  /** `lastByte` is told before the last byte leaves. */
  deliver(answer: Answer, delivery: Delivery, lastByte: () => void): Promise<void>;
};

/** One request from its headers to its end: arrival, check, verdict, effect, answer. In that order, always. */
export function createExchange({ cards, choice, log, rateLimit, modes, credentials, clock, wait }: ExchangeDeps) {
  /** Cards whose naming is under way, by calls that take effect late. */
  const pending = new Set<string>();
  const asSeen = (par: string): CardTruth =>
    modes().pendingRefuses && pending.has(par) ? { par, state: 'refused', ...cardBusy } : cards.read(par);

  const verdictOn = (entry: LoggedRequest, fault: Answer | undefined, truthOf = asSeen): Verdict => {
    if (entry.order === undefined || fault !== undefined) return { names: [], answer: fault ?? unread };
    const { order, correlationId } = entry;
    return judge({ corporation: order, parList: order.parList, correlationId }, { modes: modes(), truthOf });
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

  const sendOff = async (entry: LoggedRequest, played: Play, { deliver }: Arrival): Promise<void> => {
    const { echo, headers } = played.answer;
    const given = echo === undefined ? entry.correlationId : (echo ?? '');
    const answer =
      given === '' ? played.answer : { ...played.answer, headers: { ...headers, [correlationIdHeader]: given } };
    log.answered(entry, answer, played.delivery.how);
    await deliver(answer, played.delivery, () => log.finished(entry));
  };

  return async (arrival: Arrival): Promise<void> => {
    const entry = log.begin(arrival.start);
    arrival.onClosed(() => log.finished(entry));
    const tooMany = rateLimit.arriving();
    const { early, known } = tooMany === undefined ? choice.arriving() : undisturbed;
    if (early?.kind === 'reset_unread') {
      entry.played = early;
      return arrival.deliver(unread, { how: 'reset' }, () => log.finished(entry));
    }
    const body = await arrival.readBody();
    if (body === undefined) return;
    entry.body = body;
    const fault = check(entry);
    if (tooMany !== undefined) return sendOff(entry, { names: [], answer: tooMany, delivery: whole }, arrival);
    entry.played = known(entry.order?.parList ?? []);
    await wait(modes().latencyMs);

    const verdict = verdictOn(entry, fault);
    entry.played ??= verdict.names.some(cards.fades) ? unanswered : undefined;
    const wording = createWording(modes().textLength, entry.order?.parList ?? []);
    const staged = play(verdict, entry.played, { here: entry.path, wording });
    if (staged.lateMs === undefined) takeEffect(entry, staged.names);
    if (staged.lateMs === undefined) return sendOff(entry, staged, arrival);
    for (const par of staged.names) pending.add(par);
    await sendOff(entry, staged, arrival);
    await wait(staged.lateMs);
    for (const par of staged.names) pending.delete(par);
    // Judged anew: in the meantime the caller may have had the same cards named by another call.
    takeEffect(entry, verdictOn(entry, fault, cards.read).names);
  };
}

const cardBusy = { code: '003_001', description: 'Invalid card information' } as const;
const correlationIdHeader = 'X-KM-Correlation-Id';

const undisturbed: ReturnType<MisbehaviourChoice['arriving']> = { early: undefined, known: () => undefined };
const unanswered: PlayedMisbehaviour = { kind: 'hang', when: 'after' };
const unread: Answer = { status: 500, headers: {}, body: Buffer.alloc(0) };
