import * as z from 'zod';
import { type CardSetup, type CardTruth, cardSetupSchema, createCards } from './cards.ts';
import { createControl } from './control.ts';
import { type Credentials, credentialsSchema, simulatedCredentials } from './credentials.ts';
import { createExchange } from './exchange.ts';
import { startListening } from './listener.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { createMisbehaviourChoice, type RandomMisbehaviour } from './misbehaviour-choice.ts';
import { type Modes, type ModesChange, modesChangeSchema, modesSchema } from './modes.ts';
import { type Counters, createRequestLog, type LoggedRequest, type Violation } from './request-log.ts';

export type KonaSimulatorOptions = ModesChange & {
  /** A free one by default. */
  readonly port?: number | undefined;
  readonly credentials?: readonly Credentials[] | undefined;
  /** Milliseconds since the epoch. */
  readonly clock?: (() => number) | undefined;
};

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
  /** The next calls that carry this card. */
  misbehaveOn(par: string, misbehaviour: Misbehaviour, times?: number): void;
  misbehaveAtRandom(random: RandomMisbehaviour | undefined): void;
  /** Every call, until it is set to undefined. */
  setOutage(misbehaviour: Misbehaviour | undefined): void;
  /** No misbehaviour is left, of whatever kind. */
  behave(): void;
  requests(): readonly LoggedRequest[];
  violations(): readonly Violation[];
  counters(): Counters;
  /** Forgets cards, requests and misbehaviours; modes and credentials stay. */
  forget(): void;
};

export type KonaSimulator = SimulatorControls & {
  /** The base URL to configure a client with. */
  readonly url: string;
  /** The same controls over HTTP: see control.ts. */
  readonly controlUrl: string;
  /** Resolves when no call is in flight and no late effect is due. */
  quiet(): Promise<void>;
  /** Refuses connections, and breaks those that stand, until `comeBack`. */
  goDark(): Promise<void>;
  comeBack(): Promise<void>;
  /** Breaks every connection; late effects that are due are dropped. */
  close(): Promise<void>;
};

/**
 * KONA PLATE on a port of this machine: a real HTTP server that checks a call as the published page says, keeps the
 * truth about every card, and fails its caller on demand in every way that a platform and a network can.
 */
export async function startKonaSimulator(options: KonaSimulatorOptions = {}): Promise<KonaSimulator> {
  const { port = 0, credentials = [simulatedCredentials], clock = Date.now, ...modesAtFirst } = options;
  const world = createWorld(modesAtFirst, credentials, clock);
  const server = await startListening(port, ({ wait, run, goDark, comeBack }) => {
    const exchange = createExchange({ ...world.parts, clock, wait });
    const darkFor = async (ms: number): Promise<void> => {
      await goDark();
      await wait(ms);
      await comeBack();
    };
    const control = createControl({ ...world.controls, goDarkFor: (ms) => run(darkFor(ms)) });
    return (request, response) => (request.url?.startsWith('/_simulator') ? control : exchange)(request, response);
  });
  const { quiet, goDark, comeBack, close } = server;
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    ...world.controls,
    url: `${origin}/open-api`,
    controlUrl: `${origin}/_simulator`,
    quiet,
    goDark,
    comeBack,
    close,
  };
}

function createWorld(modesAtFirst: ModesChange, credentialsAtFirst: readonly Credentials[], clock: () => number) {
  let modes: Modes = modesSchema.parse(modesAtFirst);
  let credentials = credentialsAtFirst;
  const cards = createCards(() => modes);
  const choice = createMisbehaviourChoice();
  const log = createRequestLog(clock);
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
    },
  };
  return { parts: { cards, choice, log, modes: () => modes, credentials: () => credentials }, controls };
}
