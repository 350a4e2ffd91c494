import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { SimulatorProcess } from '../../infra/local/simulator-process.ts';
import { createPlatform } from '../../shared/kona/client.ts';
import { createKeepAliveAgent } from '../../shared/kona/connection-pool.ts';
import { createCredentials } from '../../shared/kona/credentials.ts';
import { createReadWord } from '../../shared/kona/listed-words.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createCircuitBreaker } from '../../shared/limit-increase/circuit-breaker.ts';
import type { Ledger, Platform } from '../../shared/limit-increase/ports.ts';
import { createReceiveUpload } from '../../shared/limit-increase/receive-upload.ts';
import { createRequestLimitIncrease } from '../../shared/limit-increase/request-limit-increase.ts';
import { retentionOf } from '../../shared/limit-increase/retention.ts';
import { createSettle } from '../../shared/limit-increase/settle.ts';
import type { CheckedUpload, CheckUpload, RungChunk, UploadCut } from '../../shared/limit-increase/upload.ts';

// The domain over a ledger and a platform, with nothing between them and whoever measures.

const clock = Date.now;
const leaseGraceMs = 10_000;
const notify = () => undefined;
const retention = retentionOf(1827);

const rules = {
  ...{ backoffMs: [60_000] as const, parsPerCallMax: 100 },
  readWord: createReadWord({ successMessages: ['Success'], refusalMessages: [] }),
  ...{ giveUpAfterMs: 259_200_000, callTimeoutMs: 10_000, reserveMs: 3_000, leaseGraceMs },
};

type Client = Parameters<typeof createLedger>[0]['client'];

export const openLedger = (table: { readonly client: Client; readonly tableName: string }): Ledger =>
  createLedger({ ...table, clock });

/** KONA PLATE's client as the functions make it, on the simulator. */
export function openPlatform({ url, secret }: SimulatorProcess): Platform {
  return createPlatform({
    ...{ baseUrl: url, timeZone: 'KST', connectTimeoutMs: 3_000, messageEncryption: false, clock },
    credentials: createCredentials({ readSecret: async () => secret, clock, onSecretFailure: () => {} }),
    randomHex: () => randomBytes(4).toString('hex').slice(0, 7),
    agent: createKeepAliveAgent(url),
  });
}

export function createGateway(ports: { readonly ledger: Ledger; readonly platform: Platform }) {
  const breaker = createCircuitBreaker({ ledger: ports.ledger, clock, notify, rules, nameWrite: randomUUID });
  const deps = { ...ports, breaker, clock, notify };
  const settle = createSettle({ ...deps, pause: setTimeout, rules, bells: { ringReport: async () => {} } });
  return {
    takeRung: settle.takeRung,
    order: createRequestLimitIncrease({ ...deps, settle, parallelChunks: 2, leaseGraceMs, retention }),

    /** Brings a file that was cut like this into the ledger; answers the chunks whose bells it rang. */
    async receive(name: string, cut: UploadCut): Promise<readonly RungChunk[]> {
      const rung: RungChunk[] = [];
      const bells = {
        ringChunks: async (chunks: readonly RungChunk[]) => void rung.push(...chunks),
        ringReport: async () => {},
      };
      const checkUpload: CheckUpload = async () => checkedAs(cut);
      const { receive } = createReceiveUpload({ ...deps, bells, checkUpload, retention });
      await receive({ bucket: 'uploads', key: `incoming/${name}.csv`, eTag: name }, clock() + 60_000);
      return rung;
    },
  };
}

const checkedAs = (cut: UploadCut): CheckedUpload => ({
  readable: true,
  cut,
  progress: { rowsRead: cut.cardsTotal, rowsRejected: 0, rowsRepeated: 0 },
  reading: {
    ...{ bytes: 1, sha256: '0a'.repeat(32), format: 'csv', compressed: false, encoding: 'utf-8' },
    ...{ warnings: [], warningsLeftOut: 0 },
  },
  writeLists: async () => {},
});
