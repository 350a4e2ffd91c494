import type { ChunkState } from './chunk-state.ts';

/** The results that the chunk did not have before belong to the redrive that reopened it last. */
export function stampNewResults(before: ChunkState, after: ChunkState): ChunkState {
  const { redriven: redrive } = before;
  if (redrive === undefined || after.results === before.results) return after;
  const stamped = [...after.results].map(([position, result]) => {
    return [position, before.results.has(position) ? result : { ...result, redrive }] as const;
  });
  return { ...after, results: new Map(stamped) };
}
