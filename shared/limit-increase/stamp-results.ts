import type { ChunkState } from './chunk-state.ts';

/** The results that the chunk did not have before belong to the redrive that reopened it last. */
export function stampNewResults(before: ChunkState, after: ChunkState): ChunkState {
  const { redriven: redrive } = before;
  if (redrive === undefined || after.results === before.results) return after;
  const stamped = new Map(after.results);
  // guard: redrive-numbered
  for (const [position, result] of after.results)
    if (!before.results.has(position)) stamped.set(position, { ...result, redrive });
  return { ...after, results: stamped };
}
