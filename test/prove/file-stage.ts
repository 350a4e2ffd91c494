import { isDeepStrictEqual } from 'node:util';
import type { Bells, RungChunk, UploadedObject } from '../../shared/limit-increase/upload.ts';
import { rejectedRowsKey, resultsKey } from '../../shared/reports/report-keys.ts';
import { textOfCell } from '../../shared/reports/spreadsheet-cell.ts';
import type { Placed } from '../faults/properties.ts';
import { aCorporation } from '../support/builders.ts';
import type { CardFile } from './card-files.ts';
import type { Invoke } from './invocations.ts';
import { createSimulatedQueue } from './simulated-queue.ts';
import type { SimulatedWorld } from './simulated-world.ts';

// Files on their way: an event, three queues and whoever they wake. And what must be true of each file in the end.

const ingestMs = 900_000;
const settleMs = 300_000;
const reportMs = 900_000;
const handleReserveMs = 2_000;

export function createFileStage(
  world: SimulatedWorld,
  files: readonly CardFile[],
  random: () => number,
  invoke: Invoke,
) {
  const { timeline, ledger, store } = world;
  const common = {
    ...{ timeline, random, onFault: world.onFault },
    ...{ doubleShare: world.doubleMessageShare, refusedShare: world.bellFaultShare },
  };
  const until = (ms: number): number => timeline.now() + ms - handleReserveMs;
  const uploads = createSimulatedQueue<UploadedObject | string>({
    ...common,
    visibilityMs: 6 * ingestMs,
    wake: (message) =>
      invoke('ingest-upload', ingestMs, (worker) =>
        typeof message === 'string'
          ? worker.readOn(message, until(ingestMs))
          : worker.receive(message, until(ingestMs)),
      ),
  });
  const chunks = createSimulatedQueue<RungChunk>({
    ...common,
    visibilityMs: 6 * settleMs,
    atOnceMax: world.settlersMax,
    wake: (ref) => invoke('settle-chunk', settleMs, ({ takeRung }) => takeRung(ref, { deadline: until(settleMs) })),
  });
  const reports = createSimulatedQueue<string>({
    ...common,
    visibilityMs: 6 * reportMs,
    wake: (requestId) => invoke('write-report', reportMs, (worker) => worker.writeReport(requestId, until(reportMs))),
  });
  const bells: Bells = {
    ringUpload: (requestId) => uploads.ring([requestId]),
    ringChunks: chunks.ring,
    ringReport: (requestId) => reports.ring([requestId]),
  };

  const objectOf = ({ key }: CardFile): UploadedObject => ({ bucket: 'uploads', key, versionId: 'v1', eTag: 'e' });

  async function requestOf({ key }: CardFile): Promise<string | undefined> {
    return (await ledger.listUploads(key, { limit: 1 })).entries[0]?.requestId;
  }

  async function brokenFile(file: CardFile): Promise<string[]> {
    const requestId = await requestOf(file);
    const found = requestId === undefined ? undefined : await ledger.readRequest(requestId);
    if (requestId === undefined || found === undefined) return [`${file.key} is lost`];
    const { upload, status } = found.request;
    if (status !== 'settled' || upload?.reportedAt === undefined) return [`${file.key} is ${status} without a report`];
    const broken: string[] = [];
    const rows = file.text.split('\n').length - 1;
    const { rowsRead, rowsRejected, rowsRepeated } = upload.progress;
    if (rowsRead !== rows || rowsRejected + rowsRepeated !== file.refused.length)
      broken.push(`${file.key}: ${rows} rows are counted as ${JSON.stringify(upload.progress)}`);
    const place = { requestId, uploadKey: file.key, edition: upload.edition };
    const results = store.rows(resultsKey(place)).map((cells) => cells.map(textOfCell));
    const told = results.map(([line, , , , , par]) => `${line} ${par}`);
    if (
      !isDeepStrictEqual(
        told,
        file.taken.map(({ line, par }) => `${line} ${par}`),
      )
    )
      broken.push(`${file.key}: its results are not the cards that were taken, in their order`);
    const statuses = new Map<string, number>();
    for (const [, , , , , , one = ''] of results) statuses.set(one, (statuses.get(one) ?? 0) + 1);
    const counted = Object.entries(found.counts).filter(([, count]) => count > 0);
    if (!isDeepStrictEqual(new Map(counted), statuses))
      broken.push(`${file.key}: its results do not add up to its counts`);
    const refused = store.rows(rejectedRowsKey(place)).map(([line]) => Number(line));
    if (!isDeepStrictEqual(refused, file.refused)) broken.push(`${file.key}: other rows are rejected than should be`);
    return broken;
  }

  return {
    bells,
    upload(file: CardFile): void {
      store.put(file.key, file.text);
      void uploads.send([objectOf(file)]);
    },
    placed: async (): Promise<Placed[]> => {
      const placed: Placed[] = [];
      for (const file of files) {
        const requestId = await requestOf(file);
        const found = requestId === undefined ? undefined : await ledger.readRequest(requestId);
        if (requestId === undefined || found === undefined || found.request.status === 'receiving') continue;
        const parList = file.taken.map(({ par }) => par);
        placed.push({ requestId, order: { corporation: aCorporation(), parList } });
      }
      return placed;
    },
    unfinished: async (): Promise<string[]> => {
      const open: string[] = [];
      for (const file of files) {
        const requestId = await requestOf(file);
        const found = requestId === undefined ? undefined : await ledger.readRequest(requestId);
        if (found?.request.upload?.reportedAt === undefined) open.push(file.key);
      }
      return open;
    },
    broken: async (): Promise<string[]> => (await Promise.all(files.map(brokenFile))).flat(),
  };
}
