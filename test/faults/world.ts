import { createPlatform } from '../../shared/kona/client.ts';
import { createKeepAliveAgent } from '../../shared/kona/connection-pool.ts';
import { createCredentials } from '../../shared/kona/credentials.ts';
import { createReadWord } from '../../shared/kona/listed-words.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createCircuitBreaker } from '../../shared/limit-increase/circuit-breaker.ts';
import type { Notice } from '../../shared/limit-increase/notice.ts';
import type { Order } from '../../shared/limit-increase/order.ts';
import type { Ledger, Platform } from '../../shared/limit-increase/ports.ts';
import { createReconcile } from '../../shared/limit-increase/reconcile.ts';
import { createRequestLimitIncrease, type OrderResult } from '../../shared/limit-increase/request-limit-increase.ts';
import { createSettle } from '../../shared/limit-increase/settle.ts';
import type { SettleRules } from '../../shared/limit-increase/settle-deps.ts';
import { retention } from '../support/builders.ts';
import { type CrashPoint, type CrashSwitch, createCrashSwitch } from '../support/crash-points.ts';
import type { DynamoDbEmulator } from '../support/dynamodb-emulator.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import type { KonaSimulator } from '../support/kona-simulator/server.ts';
import { createRecordedBells } from '../support/recorded-bells.ts';
import { createVigil } from './vigil.ts';

// The real domain over the real ledger and the real client, against the simulator over real sockets. Only the clock is
// the test's: it moves by a millisecond with every reading, and by as much as a test says.

const callTimeoutMs = 150;
const backoffMs = 60_000;
const orderMs = 25_000;
const leaseGraceMs = 1_000;
/** Of one worker: an order, or a run of the reconciler. */
const callsAtOnceMax = 2;
/** The shortest lease: a POST's. The reconciler has more time. */
export const leaseMsMin = orderMs + leaseGraceMs;

const rules: SettleRules = {
  backoffMs: [backoffMs],
  readWord: createReadWord({ successMessages: ['Success', '성공', '정상'], refusalMessages: [] }),
  parsPerCallMax: 100,
  callTimeoutMs,
  giveUpAfterMs: 259_200_000,
  reserveMs: 100,
  leaseGraceMs,
};

/** Orders of the API wake nobody. */
const noBells = {
  ringUpload: () => Promise.reject(new Error('no file is here')),
  ringChunks: () => Promise.reject(new Error('no file is here')),
  ringReport: () => Promise.reject(new Error('no file is here')),
};

export type Worker = {
  /** Undefined if the worker died on the way. */
  order(order: Order, idempotencyKey: string): Promise<OrderResult | undefined>;
  reconcile(): Promise<void>;
  readonly awaits: readonly string[];
};

export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld(
  emulator: DynamoDbEmulator,
  simulator: KonaSimulator,
  { scope = 'A', parsPerCallMax = 100 } = {},
) {
  const { client, tableName } = await emulator.createTable();
  let now = Date.UTC(2026, 10, 22, 1, 15);
  const clock = (): number => {
    now += 1;
    return now;
  };
  const pause = async (ms: number): Promise<void> => {
    now += ms;
  };
  let digits = 0;
  const randomHex = (): string => {
    digits += 1;
    return digits.toString(16).padStart(7, '0');
  };
  const ledger = createLedger({ client, tableName, clock });
  const agent = createKeepAliveAgent(simulator.url);
  const notices: Notice[] = [];
  const vigil = createVigil(ledger, { clock, giveUpAfterMs: rules.giveUpAfterMs });

  function platform(): Platform {
    const readSecret = async (): Promise<string> => JSON.stringify(simulatedCredentials);
    const credentials = createCredentials({ readSecret, clock, onSecretFailure: () => {} });
    return createPlatform({
      ...{ baseUrl: simulator.url, timeZone: 'KST', connectTimeoutMs: 1_000, messageEncryption: false },
      ...{ credentials, clock, randomHex, agent },
    });
  }

  type Ports = { readonly ledger: Ledger; readonly platform: Platform };

  function worker(crash?: CrashPoint): Worker {
    const fate = createCrashSwitch(crash);
    const ports = {
      ledger: fate.wrap(vigil.ledger(ledger)),
      platform: fate.wrap(vigil.platform(platform(), callsAtOnceMax)),
    };
    return workerOver(ports, fate);
  }

  function workerOver(ports: Ports, fate: CrashSwitch): Worker {
    const notify = (notice: Notice): void => {
      notices.push(notice);
      vigil.noticed(notice);
    };
    const breaker = createCircuitBreaker({ ledger: ports.ledger, clock, notify, rules, nameWrite: randomHex });
    const deps = { ...ports, breaker, clock, notify, bells: createRecordedBells() };
    const settle = createSettle({ ...deps, pause, rules: { ...rules, parsPerCallMax } });
    const accept = createRequestLimitIncrease({
      ...deps,
      settle,
      parallelChunks: callsAtOnceMax,
      leaseGraceMs,
      retention,
    });
    const reconcile = createReconcile({ ...deps, settle, bells: noBells, concurrency: callsAtOnceMax });
    const orDead = <T>(work: Promise<T>): Promise<T | undefined> =>
      Promise.race([work, fate.died.then(() => undefined)]);
    return {
      order: (order, idempotencyKey) => orDead(accept(order, { scope, idempotencyKey }, now + orderMs)),
      reconcile: async () => {
        await orDead(reconcile(now + 100_000));
      },
      awaits: fate.awaits,
    };
  }

  return {
    client,
    ledger,
    notices,
    vigil,
    worker,
    /** A worker that nobody watches: what it sends to the ledger is its own. */
    plainWorker: (): Worker => workerOver({ ledger, platform: platform() }, createCrashSwitch()),
    passTime(ms: number): void {
      now += ms;
    },
    /** Lets a fresh worker reconcile, back-off after back-off, until nothing is open; throws if it never ends. */
    async untilSettled(requestIds: readonly string[]): Promise<void> {
      for (let run = 0; run < 60; run += 1) {
        const open = await openOf(ledger, requestIds);
        if (open.length === 0) return;
        now += Math.max(backoffMs, 130_000);
        await worker().reconcile();
      }
      throw new Error(`Still open after 60 runs: ${(await openOf(ledger, requestIds)).join(', ')}`);
    },
    close: async () => {
      agent.destroy();
    },
  };
}

async function openOf(ledger: Ledger, requestIds: readonly string[]): Promise<string[]> {
  const found = await Promise.all(requestIds.map((requestId) => ledger.readRequest(requestId)));
  return requestIds.filter((_, index) => found[index] !== undefined && found[index].request.status !== 'settled');
}
