import type { CallRecord, LedgerReads, StoredChunk } from './ports.ts';

const dayMs = 86_400_000;

/**
 * The chunk whose cards a call carried; undefined if it is forgotten. The table forgets item by item: where the chunk was
 * there may be nothing, or that of a later request under the same key. A day, as clocks differ: no key is free so soon.
 */
export async function readChunkOfCall(
  ledger: Pick<LedgerReads, 'readChunk'>,
  { chunk: ref, startedAt }: CallRecord,
): Promise<StoredChunk | undefined> {
  const stored = await ledger.readChunk(ref);
  return stored !== undefined && stored.chunk.acceptedAt < startedAt + dayMs ? stored : undefined;
}
