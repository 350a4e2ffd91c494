import { cardHistory } from '../../../shared/limit-increase/card-history.ts';
import { untouched } from '../../../shared/limit-increase/chunk.ts';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import { createReconcile, type ReconcileReport } from '../../../shared/limit-increase/reconcile.ts';
import { createRedrive, type RedriveEnd } from '../../../shared/limit-increase/redrive.ts';
import type { RedrivableStatus } from '../../../shared/limit-increase/terms.ts';
import { aChunk, anOrder, aRequestId, pars } from '../../support/builders.ts';
import { type CrashPoint, createCrashSwitch } from '../../support/crash-points.ts';
import { giveUp } from '../../support/given-up.ts';
import { openSettleWorld, timeout } from './settle-world.ts';

// A settled order of chunks of two cards, of which some were given up, with operators and the reconciler over the ledger
// in memory and a platform that names every card, unless a test says otherwise.

export const operator = 'arn:aws:sts::123456789012:assumed-role/Operator/kim';

/** Of each chunk: how many of its two cards were given up. */
const givenUp = [1, 0, 2] as const;

const byDefault = ['unresolved'] as const;

type Redriver = {
  readonly by?: string;
  readonly statuses?: readonly RedrivableStatus[];
  readonly thaw?: () => Promise<void>;
};

export type RedriveWorld = Awaited<ReturnType<typeof openRedriveWorld>>;

type RedriveWorldOptions = {
  readonly unfinished?: boolean;
  readonly asked?: boolean;
  readonly as?: readonly RedrivableStatus[];
};

/**
 * The last chunk's worker vanished before it wrote the items of its cards, if `unfinished`. Each chunk was sent in a call
 * that timed out, if `asked`. `as`: what the cards of each chunk ended as, if not `unresolved`.
 */
export async function openRedriveWorld(
  of: readonly number[] = givenUp,
  { unfinished = true, asked = false, as = [] }: RedriveWorldOptions = {},
) {
  const world = openSettleWorld();
  const { ledger, clock, bells, notices } = world;
  const chunks = of.map((_, index) => ({
    chunk: aChunk({ ref: refOf(index + 1), pars: pars(2, 2 * index + 1), acceptedAt: clock() }),
    state: untouched(2, clock(), clock()),
  }));
  await ledger.accept(anOrder(chunks, { createdAt: clock() }));
  for (const [index, cards] of of.entries()) {
    if (asked) world.says(timeout);
    if (asked) await world.worker().takeDue(refOf(index + 1), world.bounds());
    const finish = !unfinished || index + 1 < of.length;
    await giveUp(ledger, refOf(index + 1), { cards, at: clock(), finish, as: as[index] });
  }
  await ledger.settleRequest(aRequestId, clock());

  /** An operator, whose redrive dies at `crash`; its end is undefined then. */
  function redriver(crash?: CrashPoint, { by = operator, statuses = byDefault, thaw }: Redriver = {}) {
    const fate = createCrashSwitch(crash, thaw);
    const ports = { ledger: fate.wrap(ledger), bells: fate.wrap(bells) };
    const redrive = createRedrive({ ...ports, clock, notify: (notice) => void notices.push(notice) });
    const dead = fate.died.then((): undefined => undefined);
    return {
      redrive: (roomMs = 20_000): Promise<RedriveEnd | undefined> =>
        Promise.race([redrive({ requestId: aRequestId, by, statuses }, clock() + roomMs), dead]),
      awaits: fate.awaits,
    };
  }

  async function reconcile(over: Partial<Ledger> = {}, roomMs = 100_000): Promise<ReconcileReport> {
    const deps = world.depsOver({ ...ledger, ...over });
    return createReconcile({ ...deps, settle: world.worker(over), concurrency: 2 })(clock() + roomMs);
  }

  return {
    ...world,
    redriver,
    reconcile,
    /** Reconciles, a quarter of an hour apart, until nothing is left to be done. */
    async reconcileAll(): Promise<void> {
      for (let run = 0; run < 20; run += 1) {
        clock.advance(900_000);
        await reconcile();
        if ((await ledger.listDue(clock() + 10 ** 9, 10)).length === 0) return;
      }
      throw new Error('work is left after twenty runs of the reconciler');
    },
    request: async () => (await ledger.readRequest(aRequestId))?.request,
    counts: async () => (await ledger.readRequest(aRequestId))?.counts,
    chunk: async (chunkNumber: number) => (await ledger.readChunk(refOf(chunkNumber)))?.state,
  };
}

export const refOf = (chunkNumber: number) => ({ requestId: aRequestId, chunkNumber });

/** All that the ledger says of the request and its cards, but for moments, calls and who held a chunk when. */
export async function portraitOf({ ledger }: RedriveWorld, chunksTotal = givenUp.length) {
  const { request, counts } = (await ledger.readRequest(aRequestId)) ?? {};
  const { status, redriven, redriving, redrives = [] } = request ?? {};
  const chunks = [];
  for (let chunkNumber = 1; chunkNumber <= chunksTotal; chunkNumber += 1) {
    const { state, chunk } = (await ledger.readChunk(refOf(chunkNumber))) ?? {};
    const statuses = [...(state?.results ?? [])].sort(([a], [b]) => a - b).map(([, { status: one }]) => one);
    const histories = await Promise.all((chunk?.pars ?? []).map((par) => ledger.readCardHistory(par)));
    const told = histories.map((entries) => cardHistory(entries).map(({ status: one }) => one));
    chunks.push({ stage: state?.stage, redriven: state?.redriven, tallied: state?.tallied, statuses, told });
  }
  const acts = redrives.map(({ by, cards, statuses }) => ({ by, cards, statuses }));
  return { status, redriven, redriving, redrives: acts, counts, chunks };
}
