import { isDeepStrictEqual } from 'node:util';
import { type RedrivableStatus, redrivableStatuses } from '../../shared/limit-increase/terms.ts';
import type { Draw } from './draw.ts';
import type { Invoke } from './invocations.ts';
import type { SimulatedWorld } from './simulated-world.ts';

// Operators, who redrive requests, each for statuses of his choice; and what must be true of their redrives in the end.

const redriveMs = 20_000;
const reserveMs = 9_000;
/** So many redrives a request tells. */
const redrivesKept = 20;
/** A card that is refused for good must not keep a request from settling for good. */
const redrivesMax = 4;

type Statuses = readonly RedrivableStatus[];

export type OperatorDeps = {
  readonly world: SimulatedWorld;
  readonly invoke: Invoke;
  readonly draw: Draw;
  /** See `Scenario`. */
  readonly redrivenAfterMs: number | undefined;
  /** All that were accepted so far. */
  readonly requestIds: () => Promise<readonly string[]>;
};

export function createOperatorStage({ world, invoke, draw, redrivenAfterMs, requestIds }: OperatorDeps) {
  const { timeline, ledger, vigil } = world;
  const asked: { readonly requestId: string; readonly by: string; readonly at: number; readonly statuses: Statuses }[] =
    [];
  const wronglyTaken: string[] = [];
  let isCalm = false;
  let underWay = 0;

  const begunOf = (requestId: string) => vigil.redrives.filter((one) => one.requestId === requestId);

  function drawStatuses(): Statuses {
    const drawn = redrivableStatuses.filter(() => draw.chance(0.5));
    return drawn.length > 0 ? drawn : ['unresolved'];
  }

  async function redrive(requestId: string, statuses: Statuses): Promise<void> {
    const by = `operator ${asked.length + 1}`;
    asked.push({ requestId, by, at: timeline.now(), statuses });
    underWay += 1;
    const { request } = (await ledger.readRequest(requestId)) ?? {};
    const before = begunOf(requestId).length - (request?.redriving === undefined ? 0 : 1);
    await invoke(`redrive ${requestId} (${statuses.join(', ')})`, redriveMs + reserveMs, async (worker) => {
      const end = await worker.redrive({ requestId, by, statuses }, timeline.now() + redriveMs);
      const since = begunOf(requestId).slice(before);
      if (end === 'other_statuses' && since.length === 0)
        wronglyTaken.push(`${by} was told of another redrive of ${requestId}, and there was none`);
      if (end !== 'redriven' && since.some((one) => one.redrive.by === by))
        wronglyTaken.push(`${requestId} was redriven, and ${by} was told ${end}`);
      if (end === 'redriven' && !since.some((one) => statuses.every((status) => one.redrive.statuses.includes(status))))
        wronglyTaken.push(`${by} was told that ${requestId} was redriven, and not all of ${statuses.join(', ')} were`);
    });
    underWay -= 1;
  }

  world.listen((notice) => {
    if (notice.notice !== 'request_settled' || redrivenAfterMs === undefined || isCalm) return;
    const { requestId } = notice;
    timeline.after(redrivenAfterMs, () => void redriveOnceSettled(requestId));
  });

  async function redriveOnceSettled(requestId: string): Promise<void> {
    const { counts } = (await ledger.readRequest(requestId)) ?? {};
    if (counts === undefined) return;
    const drawn = drawStatuses();
    if (counts.unresolved > 0) return redrive(requestId, [...new Set([...drawn, 'unresolved' as const])]);
    const isRefused = drawn.some((status) => counts[status] > 0);
    if (isRefused && begunOf(requestId).length < redrivesMax) await redrive(requestId, drawn);
  }

  async function unresolved(): Promise<string[]> {
    const ids = await requestIds();
    const found = await Promise.all(ids.map((requestId) => ledger.readRequest(requestId)));
    return ids.filter((_, index) => (found[index]?.counts.unresolved ?? 0) > 0);
  }

  async function brokenRequest(requestId: string): Promise<string[]> {
    const begun = begunOf(requestId);
    const { request } = (await ledger.readRequest(requestId)) ?? {};
    const broken: string[] = [];
    const { redriven = 0, redrives = [], redriving, upload } = request ?? {};
    const kept = begun.map((one) => one.redrive).slice(-redrivesKept);
    if (!isDeepStrictEqual(redrives, kept)) broken.push(`${requestId} does not tell its ${begun.length} redrives`);
    if (redriven !== begun.length) broken.push(`${requestId} counts ${redriven} redrives of ${begun.length}`);
    if (redriving !== undefined) broken.push(`${requestId} is redriving still`);
    if (upload !== undefined && upload.edition !== 1 + redriven)
      broken.push(`${requestId}: its report is edition ${upload.edition} after ${redriven} redrives`);
    const isAsked = ({ by, at, statuses }: (typeof kept)[number]): boolean =>
      asked.some(
        (one) =>
          one.requestId === requestId && one.by === by && one.at <= at && isDeepStrictEqual(one.statuses, statuses),
      );
    for (const one of kept) if (!isAsked(one)) broken.push(`${requestId} was redriven by ${one.by}, who did not ask`);
    return broken;
  }

  return {
    /** Each request that has given up cards, and any other one; by two operators at once, if `twice`, each for statuses that are drawn. */
    async redriveAll({ twice, statuses }: { readonly twice: boolean; readonly statuses?: Statuses }): Promise<void> {
      const ids = await requestIds();
      const wanted = new Set(await unresolved());
      const [any] = ids.slice(draw.below(Math.max(1, ids.length)));
      if (any !== undefined) wanted.add(any);
      for (const requestId of wanted)
        for (let times = twice ? 2 : 1; times > 0; times -= 1) void redrive(requestId, statuses ?? drawStatuses());
    },
    unresolved,
    /** Some redrive has neither ended nor died: one that was frozen may reopen a settled request when it wakes. */
    areBusy: () => underWay > 0,
    /** Nobody waits for requests to settle any more. */
    calm(): void {
      isCalm = true;
    },
    broken: async (): Promise<string[]> => [
      ...wronglyTaken,
      ...(await vigil.lostResults()),
      ...(await Promise.all((await requestIds()).map(brokenRequest))).flat(),
    ],
  };
}
