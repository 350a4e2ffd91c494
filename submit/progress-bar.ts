import { type Stage, type StageView, viewOf } from './stage.ts';

/** A stream that people watch, or that is kept. */
export type Output = {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

const barWidth = 24;
const plainEveryMs = 10_000;

/** On a terminal one line that is drawn over and over; elsewhere a line for each new stage, and one every ten seconds. */
export function createProgressBar(output: Output, clock: () => number) {
  const unchangedMs = createUnchangedMs(clock);
  const view: View = (stage) => viewOf(stage, unchangedMs(stage));
  return output.isTTY === true ? onTerminal(output, view) : inLines(output, view, clock);
}

type View = (stage: Stage) => StageView;

export type ProgressBar = ReturnType<typeof onTerminal>;

const eraseLine = '\r\u001b[2K';

function onTerminal(output: Output, view: View) {
  return {
    show: (stage: Stage): void => {
      // A line that wraps cannot be drawn over.
      output.write(eraseLine + lineOf(view(stage)).slice(0, (output.columns || 80) - 1));
    },
    end: (): void => {
      output.write(eraseLine);
    },
  };
}

function inLines(output: Output, view: View, clock: () => number): ProgressBar {
  let last: { readonly name: string; readonly text: string; readonly at: number } | undefined;
  return {
    show: (stage) => {
      const { name, text } = view(stage);
      const at = clock();
      const isNews = last?.name !== name || (text !== last.text && at - last.at >= plainEveryMs);
      if (!isNews) return;
      output.write(`${name}: ${text}\n`);
      last = { name, text, at };
    },
    end: () => undefined,
  };
}

/** For how long the number of open cards has been the same. */
function createUnchangedMs(clock: () => number): (stage: Stage) => number {
  let last: { readonly open: number | undefined; readonly at: number } | undefined;
  return (stage) => {
    const open = stage.stage === 'following' ? stage.limitIncrease.counts.open : undefined;
    if (last === undefined || last.open !== open) last = { open, at: clock() };
    return clock() - last.at;
  };
}

function lineOf({ name, share, text }: StageView): string {
  const filled = Math.floor((share ?? 0) * barWidth);
  const bar = share === undefined ? '·'.repeat(barWidth) : '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const percent = share === undefined ? '    ' : `${String(Math.floor(share * 100)).padStart(3)}%`;
  return `${name.padEnd(9)} ${bar} ${percent}  ${text}`;
}
