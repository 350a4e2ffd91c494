import type { Notice } from '../../../shared/limit-increase/notice.ts';
import type { Ledger } from '../../../shared/limit-increase/ports.ts';
import type { ReceivingEnd } from '../../../shared/limit-increase/reader.ts';
import { createReceiveUpload } from '../../../shared/limit-increase/receive-upload.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';
import type { CheckedUpload, CheckUpload, ReportPlace, UploadedObject } from '../../../shared/limit-increase/upload.ts';
import { requestOfUpload } from '../../../shared/limit-increase/upload-request.ts';
import { aCorporation, aPar, retention } from '../../support/builders.ts';
import { type CrashPoint, createCrashSwitch } from '../../support/crash-points.ts';
import { aMoment, createFixedClock } from '../../support/fixed-clock.ts';
import { createMemoryLedger } from '../../support/memory-ledger.ts';
import { createRecordedBells } from '../../support/recorded-bells.ts';
import { aFile, aReading } from '../../support/upload-builders.ts';

// Readers of one file over the ledger in memory. The file is given as what reading it tells: 120 chunks of one or two
// cards, so that they are written in three groups. Reading takes a second for each of its steps.

export const chunksTotal = 120;
export const cardsTotal = 180;
export const progress = { rowsRead: 190, rowsRejected: 6, rowsRepeated: 4 };

/** What the n-th chunk holds: every second one has two cards. */
const cardsOf = (chunkNumber: number) => {
  const from = Math.floor((chunkNumber * 3) / 2);
  const cards = chunkNumber % 2 === 0 ? [from, from + 1] : [from + 1];
  return { corporation: aCorporation(), pars: cards.map(aPar), lines: cards.map((card) => card + 1) };
};

export const aCut = { cardsTotal, chunksTotal, chunkAt: cardsOf };

export function openUploadWorld(object: UploadedObject = aFile) {
  const clock = createFixedClock();
  const bells = createRecordedBells();
  const notices: Notice[] = [];
  const lists: ReportPlace[] = [];
  const ledger = createMemoryLedger({ clock });
  let told: Partial<Extract<CheckedUpload, { readable: true }>> = {};
  let failure: { reason: string; detail: string } | undefined;
  let stepMs = 1_000;
  let storeFault: Error | undefined;

  const check: CheckUpload = async (_, onProgress) => {
    if (storeFault !== undefined) throw storeFault;
    for (let rowsRead = 0; rowsRead < progress.rowsRead; rowsRead += 50) {
      clock.advance(stepMs);
      await onProgress({ ...progress, rowsRead });
    }
    if (failure !== undefined) return { readable: false, failure };
    const writeLists = async (place: ReportPlace): Promise<void> => void lists.push(place);
    return { readable: true, progress, reading: aReading, cut: aCut, writeLists, ...told };
  };

  /** A reader, which dies at `crash`. Its ends are undefined if it died. */
  function reader(crash?: CrashPoint, over: Ledger = ledger) {
    const fate = createCrashSwitch(crash);
    const lister = fate.wrap({ write: (write: () => Promise<void>) => write() });
    const checkUpload: CheckUpload = async (one, onProgress) => {
      const checked = await check(one, onProgress);
      return checked.readable
        ? { ...checked, writeLists: (place) => lister.write(() => checked.writeLists(place)) }
        : checked;
    };
    const ports = {
      ledger: fate.wrap(over),
      bells: fate.wrap(bells),
      checkUpload: fate.wrap({ checkUpload }).checkUpload,
    };
    const receiver = createReceiveUpload({ ...ports, retention, clock, notify: (notice) => void notices.push(notice) });
    const orDead = (work: Promise<ReceivingEnd>) => Promise.race([work, fate.died.then(() => undefined)]);
    return {
      receive: (deadline: Instant = clock() + 900_000) => orDead(receiver.receive(object, deadline)),
      readOn: (deadline: Instant = clock() + 900_000) => orDead(receiver.readOn(requestId, deadline)),
      awaits: fate.awaits,
    };
  }

  const { requestId } = requestOfUpload(object, aMoment, retention);
  return {
    ...{ clock, bells, notices, lists, ledger, reader, requestId },
    failsToRead: (fault: Error | undefined) => {
      storeFault = fault;
    },
    /** From now on the file reads otherwise. */
    reads: (otherwise: typeof told) => {
      told = otherwise;
    },
    fails: (with_: typeof failure) => {
      failure = with_;
    },
    readsSlowly: (ms: number) => {
      stepMs = ms;
    },
    request: async () => (await ledger.readRequest(requestId))?.request,
    noticesOf: (name: Notice['notice']) => notices.filter(({ notice }) => notice === name),
  };
}

export type UploadWorld = ReturnType<typeof openUploadWorld>;

/** All that the ledger holds of the file, but for moments and the number of readings, which differ with who read it. */
export async function portraitOf({ ledger, requestId }: UploadWorld) {
  const found = await ledger.readRequest(requestId);
  if (found === undefined) return undefined;
  const { updatedAt: _, upload, ...request } = found.request;
  const { checkedAt, readings: __, ...told } = upload ?? {};
  const numbers = Array.from({ length: chunksTotal + 1 }, (_, index) => index + 1);
  const chunks = await Promise.all(numbers.map((chunkNumber) => ledger.readChunk({ requestId, chunkNumber })));
  const untimed = chunks.map((stored) => stored && { ...stored, state: { ...stored.state, dueAt: 0 } });
  return { request, counts: found.counts, told, checked: checkedAt !== undefined, chunks: untimed };
}

/** Chunks whose bell never rang. */
export const unrung = ({ bells }: UploadWorld): number[] => {
  const rung = new Set(bells.chunks.map(({ chunkNumber }) => chunkNumber));
  return Array.from({ length: chunksTotal }, (_, index) => index + 1).filter((number) => !rung.has(number));
};
