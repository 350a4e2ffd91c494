import { createInterface } from 'node:readline';

// A process beside the local cloud that outlives it by a moment. It reads process IDs from its stdin, `+` to guard and
// `-` to forget, and kills whatever it still guards when the pipe closes: the one thing that happens even if the local
// cloud is killed with SIGKILL. A frozen function could not notice that by itself.

const guarded = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) guarded.add(pid);
  else guarded.delete(pid);
}
for (const pid of guarded) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
