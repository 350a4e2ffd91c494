import { untouched } from './chunk.ts';
import type { Clock, Ledger } from './ports.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { Bells, UploadCut } from './upload.ts';
import type { LinedStoredChunk } from './upload-ledger.ts';

/** Written side by side; between two groups the reader may be killed and leaves no gap behind it. */
const chunksAtOnce = 25;
const noteEveryMs = 1_000;
/** From a reader that was silent for so long nothing more is expected: the reconciler rings for another. */
export const silenceMs = 180_000;
/** The queue brings chunks to their workers in about this order; the reconciler looks after what it lost, and not sooner. */
const bellMs = 900_000;
const msPerChunk = 1_000;

export type WriteUploadChunksDeps = { readonly ledger: Ledger; readonly bells: Pick<Bells, 'ringChunks'>; readonly clock: Clock };

/** Writes the chunks that do not stand in the ledger yet, and rings the bell of each. */
export function createWriteUploadChunks({ ledger, bells, clock }: WriteUploadChunksDeps) {
  return async (
    request: LimitIncreaseRequest,
    cut: UploadCut,
    deadline: Instant,
  ): Promise<'written' | 'not_receiving' | 'no_time'> => {
    const { requestId, upload } = request;
    let notedAt = clock();
    for (let first = (upload?.chunksWritten ?? 0) + 1; first <= cut.chunksTotal; first += chunksAtOnce) {
      const last = Math.min(first + chunksAtOnce - 1, cut.chunksTotal);
      const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      await ledger.writeChunks(numbers.map((chunkNumber) => chunkOf(request, cut, chunkNumber, clock())));
      await bells.ringChunks(numbers.map((chunkNumber) => ({ requestId, chunkNumber })));
      const at = clock();
      const isOver = at >= deadline && last < cut.chunksTotal;
      if (last < cut.chunksTotal && !isOver && at - notedAt < noteEveryMs) continue;
      notedAt = at;
      // Due at once: the reconciler rings for whoever goes on.
      const dueAt = isOver ? at : at + silenceMs;
      const noted = await ledger.noteReceiving(requestId, { at, dueAt, chunksWritten: last });
      if (noted === 'not_receiving') return noted;
      if (isOver) return 'no_time';
    }
    return 'written';
  };
}

function chunkOf(
  { requestId, createdAt: acceptedAt }: LimitIncreaseRequest,
  cut: UploadCut,
  chunkNumber: number,
  now: Instant,
): LinedStoredChunk {
  const chunk = { ref: { requestId, chunkNumber }, acceptedAt, ...cut.chunkAt(chunkNumber) };
  return { chunk, state: untouched(chunk.pars.length, acceptedAt, now + bellMs + chunkNumber * msPerChunk) };
}

/** What of the file stands in the ledger, noted or not: of the last group some may be missing. */
export async function countWritten(
  ledger: Pick<Ledger, 'readChunk'>,
  { requestId, upload }: LimitIncreaseRequest,
): Promise<{ readonly cardsTotal: number; readonly chunksTotal: number }> {
  let [cardsTotal, chunksTotal] = [0, 0];
  const upTo = upload?.checkedAt === undefined ? 0 : Number.MAX_SAFE_INTEGER;
  for (let chunkNumber = 1, missing = 0; chunkNumber <= upTo && missing < chunksAtOnce; chunkNumber += 1) {
    const stored = await ledger.readChunk({ requestId, chunkNumber });
    missing = stored === undefined ? missing + 1 : 0;
    if (stored === undefined) continue;
    cardsTotal += stored.chunk.pars.length;
    chunksTotal = chunkNumber;
  }
  return { cardsTotal, chunksTotal };
}
