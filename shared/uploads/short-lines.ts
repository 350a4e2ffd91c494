import { Unreadable } from './unreadable.ts';

export const rowWithoutEnd = (line: number): Unreadable =>
  new Unreadable(
    'row_without_end',
    `From line ${line} on a row does not come to its end: a quote (") is opened there and not closed, or it is far too long.`,
  );

/** Stands at the end of a line that was cut, in a cell that is too long by then, or one too many. */
const cutMark = '…';

/**
 * The text with every line that is longer cut, so that it costs itself and no other: its row comes out with a fault. It
 * must not hold a quote where it is cut, for then nobody knows where its row ends. Lines end in a line feed; lengths are
 * in UTF-16 code units. @throws Unreadable
 */
export async function* shortLines(text: AsyncIterable<string>, lengthMax: number): AsyncGenerator<string> {
  let line = 1;
  let length = 0;
  let cut = false;

  function shortened(part: string): string {
    const kept = cut ? 0 : Math.min(part.length, lengthMax - length);
    length += kept;
    if (kept === part.length) return part;
    if (part.includes('"', kept)) throw rowWithoutEnd(line);
    const mark = cut ? '' : cutMark;
    cut = true;
    return part.slice(0, kept) + mark;
  }

  for await (const piece of text) {
    const parts = piece.split('\n');
    yield parts
      .map((part, index) => {
        if (index > 0) [line, length, cut] = [line + 1, 0, false];
        return shortened(part);
      })
      .join('\n');
  }
}
