import * as z from 'zod';
import { type CardSetup, type CardTruth, cardSetupSchema, createCards } from './cards.ts';
import { type Credentials, credentialsSchema } from './credentials.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { createMisbehaviourChoice, type RandomMisbehaviour, type Times } from './misbehaviour-choice.ts';
import { type Modes, type ModesChange, modesChangeSchema, modesSchema } from './modes.ts';
import { createRateLimit } from './rate-limit.ts';
import { type Counters, createRequestLog, type LoggedRequest, type Violation } from './request-log.ts';

/** What a test may do with the platform and see of it, without the network. */
export type SimulatorControls = {
  setCards(cards: readonly CardSetup[]): void;
  card(par: string): CardTruth;
  /** Every card that was named, or set up so. */
  namedCards(): readonly CardTruth[];
  setModes(change: ModesChange): void;
  modes(): Modes;
  setCredentials(credentials: readonly Credentials[]): void;
  /** The next calls, whatever they carry. */
  misbehaveNext(misbehaviour: Misbehaviour, times?: number): void;
  /** The next calls that carry this card, or all of them until `behave`. */
  misbehaveOn(par: string, misbehaviour: Misbehaviour, times?: Times): void;
  misbehaveAtRandom(random: RandomMisbehaviour | undefined): void;
  /** Every call, until it is set to undefined. */
  setOutage(misbehaviour: Misbehaviour | undefined): void;
  /** No misbehaviour is left, of whatever kind. */
  behave(): void;
  requests(): readonly LoggedRequest[];
  violations(): readonly Violation[];
  counters(): Counters;
  /** Forgets cards, requests, misbehaviours and the calls that a rate limit has counted; modes and credentials stay. */
  forget(): void;
};

/** All that the simulator knows and may be told, without any network. */
export function createSimulatorState(
  modesAtFirst: ModesChange,
  credentialsAtFirst: readonly Credentials[],
  clock: () => number,
) {
  let modes: Modes = modesSchema.parse(modesAtFirst);
  let credentials = credentialsAtFirst;
  const cards = createCards(() => modes);
  const choice = createMisbehaviourChoice();
  const log = createRequestLog(clock);
  const rateLimit = createRateLimit(() => modes.rateLimit, clock);
  const controls: SimulatorControls = {
    setCards: (setups) => {
      for (const setup of setups) cards.setUp(cardSetupSchema.parse(setup), clock());
    },
    card: cards.read,
    namedCards: cards.named,
    setModes: (change) => {
      modes = modesSchema.parse({ ...modes, ...modesChangeSchema.parse(change) });
    },
    modes: () => modes,
    setCredentials: (given) => {
      credentials = z.array(credentialsSchema).parse(given);
    },
    misbehaveNext: choice.next,
    misbehaveOn: choice.on,
    misbehaveAtRandom: choice.atRandom,
    setOutage: choice.outage,
    behave: choice.clear,
    requests: log.requests,
    violations: log.violations,
    counters: log.counters,
    forget: () => {
      cards.clear();
      choice.clear();
      log.clear();
      rateLimit.clear();
    },
  };
  return { parts: { cards, choice, log, rateLimit, modes: () => modes, credentials: () => credentials }, controls };
}
