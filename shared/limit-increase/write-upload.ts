import { untouched } from './chunk.ts';
import { noteEveryMs, type ReaderDeps, readerPauseMs, timeIsUp } from './reader.ts';
import type { Instant, LimitIncreaseRequest } from './terms.ts';
import type { RungChunk, UploadCut } from './upload.ts';
import type { LinedStoredChunk, NoteResult } from './upload-ledger.ts';

/** So many chunks are written side by side, then rung for; only then come the next. */
export const chunksPerGroup = 50;
/** The reconciler takes a chunk whose bell was lost, but not before the queue has had its time: later ones wait longer. */
const bellPatienceMs = 900_000;
const bellPatiencePerChunkMs = 1_000;

export type WritingEnd = 'written' | 'no_time' | 'not_receiving';

/**
 * Writes the chunks of a checked file, from the first that was not noted as written, and rings their bells. A note comes
 * after the bells: who goes on after a reader that vanished writes and rings some of them again, and misses none.
 */
export function createWriteUpload({ ledger, bells, clock }: ReaderDeps) {
  return async (request: LimitIncreaseRequest, cut: UploadCut, deadline: Instant): Promise<WritingEnd> => {
    const { requestId } = request;
    let written = request.upload?.chunksWritten ?? 0;
    let notedAt = clock();
    while (written < cut.chunksTotal) {
      if (timeIsUp(clock(), deadline))
        return (await note(requestId, written)) === 'not_receiving' ? 'not_receiving' : 'no_time';
      const chunks = groupAfter(written, request, cut);
      await ledger.writeChunks(chunks);
      await bells.ringChunks(chunks.map(rungFor));
      written += chunks.length;
      if (written < cut.chunksTotal && clock() - notedAt < noteEveryMs) continue;
      if ((await note(requestId, written)) === 'not_receiving') return 'not_receiving';
      notedAt = clock();
    }
    return 'written';
  };

  function note(requestId: string, chunksWritten: number): Promise<NoteResult> {
    const at = clock();
    return ledger.noteReceiving(requestId, { at, dueAt: at + readerPauseMs, chunksWritten });
  }

  function groupAfter(
    written: number,
    { requestId, createdAt, expiresAt }: LimitIncreaseRequest,
    cut: UploadCut,
  ): LinedStoredChunk[] {
    const now = clock();
    return Array.from({ length: Math.min(chunksPerGroup, cut.chunksTotal - written) }, (_, index) => {
      const chunkNumber = written + index + 1;
      const cards = cut.chunkAt(chunkNumber);
      const dueAt = now + bellPatienceMs + chunkNumber * bellPatiencePerChunkMs;
      const chunk = { ref: { requestId, chunkNumber }, acceptedAt: createdAt, expiresAt, ...cards };
      return { chunk, state: untouched(cards.pars.length, createdAt, dueAt) };
    });
  }
}

const rungFor = ({ chunk: { ref, expiresAt, pars } }: LinedStoredChunk): RungChunk => ({
  ...ref,
  untouched: { cards: pars.length, expiresAt },
});
