import { createQueryLedger } from '../../../functions/query-ledger/query-ledger.ts';
import { createPostRedrive } from '../../../functions/redrive/redrive.ts';
import type { Answer } from '../../../shared/http/answer.ts';
import { apiRequestSchema } from '../../../shared/http/api-request.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { untouched } from '../../../shared/limit-increase/chunk.ts';
import { createReconcile, type ReconcileReport } from '../../../shared/limit-increase/reconcile.ts';
import { createRedrive } from '../../../shared/limit-increase/redrive.ts';
import type { EpochSeconds } from '../../../shared/limit-increase/terms.ts';
import { aChunk, anOrder, aPar, aRequestId, pars, retention } from '../../support/builders.ts';
import type { DynamoDbEmulator } from '../../support/dynamodb-emulator.ts';
import { giveUp } from '../../support/given-up.ts';
import { apiEvent } from '../../unit/functions/api-event.ts';
import { openSettleWorld, timeout } from '../../unit/limit-increase/settle-world.ts';

// An order of two chunks of two cards each in a table of the emulator, and all that can be asked of it.

export const dayMs = 86_400_000;

export const refOf = (chunkNumber: number) => ({ requestId: aRequestId, chunkNumber });

/** `settled`: in each chunk a card was named and one was given up. `open`: so is the first, the second waits. */
export type Stage = 'settled' | 'open';

export type StoredOrder = Awaited<ReturnType<typeof openStoredOrder>>;

export async function openStoredOrder(emulator: DynamoDbEmulator, stage: Stage, expiresAt?: EpochSeconds) {
  const table = await emulator.createTable();
  const world = openSettleWorld();
  const { clock, bells } = world;
  const ledger = createLedger({ ...table, clock });
  const expires = expiresAt ?? retention(clock());
  const chunks = [1, 2].map((chunkNumber) => ({
    chunk: aChunk({ ref: refOf(chunkNumber), pars: pars(2, 2 * chunkNumber - 1), expiresAt: expires }),
    state: untouched(2, clock(), clock()),
  }));
  await ledger.accept(anOrder(chunks, { expiresAt: expires }));
  world.says(timeout);
  await world.worker(ledger).takeDue(refOf(1), world.bounds());
  await giveUp(ledger, refOf(1), { cards: 1, at: clock() });
  if (stage === 'settled') await giveUp(ledger, refOf(2), { cards: 1, at: clock() });
  if (stage === 'settled') await ledger.settleRequest(aRequestId, clock());

  const redrive = createRedrive({ ledger, clock, bells, notify: () => {} });
  const queries = createQueryLedger({ ledger, clock });
  const postRedrive = createPostRedrive({ redrive, ledger, clock });

  const request = (routeKey: string, pathParameters: object) =>
    apiRequestSchema.parse(apiEvent(routeKey, { pathParameters }));
  const get = (route: string, path: object): Promise<Answer> =>
    queries(request(`GET /v1/${route}`, path), clock() + 9_000);

  async function reconcile(): Promise<ReconcileReport> {
    const deps = { ...world.depsOver(ledger), settle: world.worker(ledger), concurrency: 2 };
    return createReconcile(deps)(clock() + 100_000);
  }

  return {
    ...{
      table,
      ledger,
      clock,
      calls: world.calls,
      worker: () => world.worker(ledger),
      bounds: world.bounds,
      reconcile,
    },
    getRequest: () => get('limit-increases/{requestId}', { requestId: aRequestId }),
    getCard: (par: number) => get('cards/{par}', { par: aPar(par) }),
    getCall: (correlationId: string) => get('calls/{correlationId}', { correlationId }),
    postRedrive: () =>
      postRedrive(request('POST /v1/limit-increases/{requestId}/redrive', { requestId: aRequestId }), clock() + 20_000),
    /** Runs the reconciler, a quarter of an hour apart, until nothing is due any more; at most ten times. */
    async reconcileAll(): Promise<ReconcileReport[]> {
      const reports: ReconcileReport[] = [];
      while (reports.length < 10 && (await ledger.listDue(clock() + 4 * 3_600_000, 10)).length > 0) {
        clock.advance(900_000);
        reports.push(await reconcile());
      }
      return reports;
    },
  };
}
