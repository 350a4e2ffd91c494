// A guard is a statement that keeps a promise. In the source a comment line of its own marks it, `// guard: <id>`, so that
// neither a renamed variable nor a line that is wrapped otherwise hides it. The search takes out one guard after the other
// and must find a promise broken each time.

export type Guard = {
  /** As its marker has it. */
  readonly id: string;
  /** What it keeps, in a sentence. */
  readonly promise: string;
  /** What takes the place of the statement below the marker. */
  readonly without: string;
};

/** The ids of all guards that a source marks. */
export const markedIn = (source: string): string[] =>
  [...source.matchAll(/^ *\/\/ guard: ([a-z0-9-]+)$/gm)].map(([, id = '']) => id);

/** The source without the statement that the marker stands above. */
export function takenOut(source: string, { id, without }: Guard): string {
  const lines = source.split('\n');
  const marker = lines.findIndex((line) => line.trim() === `// guard: ${id}`);
  if (marker < 0) throw new Error(`No line marks the guard ${id}.`);
  const end = endOfStatement(lines, marker + 1);
  return [...lines.slice(0, marker), without, ...lines.slice(end + 1)].join('\n');
}

/** The statement that the marker stands above. */
export function guarded(source: string, id: string): string {
  const lines = source.split('\n');
  const marker = lines.findIndex((line) => line.trim() === `// guard: ${id}`);
  return lines.slice(marker + 1, endOfStatement(lines, marker + 1) + 1).join('\n');
}

function endOfStatement(lines: readonly string[], begin: number): number {
  let depth = 0;
  for (let at = begin; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    depth += (line.match(/[([{]/g)?.length ?? 0) - (line.match(/[)\]}]/g)?.length ?? 0);
    if (depth === 0 && /[;,}]$/.test(line)) return at;
  }
  throw new Error(`The statement at line ${begin + 1} has no end.`);
}
