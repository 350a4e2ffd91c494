import { isDeepStrictEqual } from 'node:util';
import type { Draw } from './draw.ts';
import type { Invoke } from './invocations.ts';
import type { SimulatedWorld } from './simulated-world.ts';

// Operators, who have cards asked for again that were given up; and what must be true of their redrives in the end.

const redriveMs = 20_000;
const reserveMs = 9_000;
/** So many redrives a request tells. */
const redrivesKept = 20;

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
  const asked: { readonly requestId: string; readonly by: string; readonly at: number }[] = [];
  const wronglyTaken: string[] = [];
  let isCalm = false;
  let underWay = 0;

  async function redrive(requestId: string): Promise<void> {
    const by = `operator ${asked.length + 1}`;
    asked.push({ requestId, by, at: timeline.now() });
    underWay += 1;
    await invoke(`redrive ${requestId}`, redriveMs + reserveMs, async (worker) => {
      const end = await worker.redrive({ requestId, by, statuses: ['unresolved'] }, timeline.now() + redriveMs);
      const isRefused = end !== 'redriven';
      if (isRefused && vigil.redrives.some((one) => one.redrive.by === by))
        wronglyTaken.push(`${requestId} was redriven, and ${by} was told ${end}`);
    });
    underWay -= 1;
  }

  world.listen((notice) => {
    if (notice.notice !== 'request_settled' || redrivenAfterMs === undefined || isCalm) return;
    const { requestId } = notice;
    timeline.after(redrivenAfterMs, () => void redriveIfUnresolved(requestId));
  });

  async function redriveIfUnresolved(requestId: string): Promise<void> {
    const { counts } = (await ledger.readRequest(requestId)) ?? {};
    if (counts !== undefined && counts.unresolved > 0) await redrive(requestId);
  }

  async function unresolved(): Promise<string[]> {
    const ids = await requestIds();
    const found = await Promise.all(ids.map((requestId) => ledger.readRequest(requestId)));
    return ids.filter((_, index) => (found[index]?.counts.unresolved ?? 0) > 0);
  }

  async function brokenRequest(requestId: string): Promise<string[]> {
    const begun = vigil.redrives.filter((one) => one.requestId === requestId);
    const { request } = (await ledger.readRequest(requestId)) ?? {};
    const broken: string[] = [];
    const { redriven = 0, redrives = [], redriving, upload } = request ?? {};
    const kept = begun.map((one) => one.redrive).slice(-redrivesKept);
    if (!isDeepStrictEqual(redrives, kept)) broken.push(`${requestId} does not tell its ${begun.length} redrives`);
    if (redriven !== begun.length) broken.push(`${requestId} counts ${redriven} redrives of ${begun.length}`);
    if (redriving !== undefined) broken.push(`${requestId} is redriving still`);
    if (upload !== undefined && upload.edition !== 1 + redriven)
      broken.push(`${requestId}: its report is edition ${upload.edition} after ${redriven} redrives`);
    for (const { by, at } of kept)
      if (!asked.some((one) => one.requestId === requestId && one.by === by && one.at <= at))
        broken.push(`${requestId} was redriven by ${by}, who did not ask`);
    return broken;
  }

  return {
    /** Each request that has given up cards, and one that has none perhaps; by two operators at once, if `twice`. */
    async redriveAll({ twice }: { readonly twice: boolean }): Promise<void> {
      const ids = await requestIds();
      const wanted = new Set(await unresolved());
      const [any] = ids.slice(draw.below(Math.max(1, ids.length)));
      if (any !== undefined) wanted.add(any);
      for (const requestId of wanted) for (let times = twice ? 2 : 1; times > 0; times -= 1) void redrive(requestId);
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
      ...(await Promise.all((await requestIds()).map(brokenRequest))).flat(),
    ],
  };
}
