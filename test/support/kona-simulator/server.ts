import { createControl } from './control.ts';
import { type Credentials, simulatedCredentials } from './credentials.ts';
import { createExchange } from './exchange.ts';
import { httpArrival } from './http-arrival.ts';
import { startListening } from './listener.ts';
import type { ModesChange } from './modes.ts';
import { createSimulatorState, type SimulatorControls } from './state.ts';

export type KonaSimulatorOptions = ModesChange & {
  /** A free one by default. */
  readonly port?: number | undefined;
  readonly credentials?: readonly Credentials[] | undefined;
  /** Milliseconds since the epoch. */
  readonly clock?: (() => number) | undefined;
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
  const world = createSimulatorState(modesAtFirst, credentials, clock);
  const server = await startListening(port, ({ wait, run, goDark, comeBack }) => {
    const exchange = createExchange({ ...world.parts, clock, wait });
    const darkFor = async (ms: number): Promise<void> => {
      await goDark();
      await wait(ms);
      await comeBack();
    };
    const control = createControl({ ...world.controls, goDarkFor: (ms) => run(darkFor(ms)) });
    return (request, response) =>
      request.url?.startsWith('/_simulator')
        ? control(request, response)
        : exchange(httpArrival(request, response, wait));
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
