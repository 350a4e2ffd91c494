import * as z from 'zod';
import type { Attributes } from './stored-item.ts';

// KONA PLATE's texts in the item of a chunk. Equal ones are stored once, in the item's `texts`, and the groups of results
// and traces hold the index. Together they are bounded, so that the item stays below DynamoDB's 400 KB in any case.

/** The fields of a stored group that hold a text. */
const textFields = new Set(['code', 'message', 'returnMessage', 'listedAs']);
/** The fields of a stored group that hold more such fields. */
const nestedFields = new Set(['refusal', 'said']);

/**
 * UTF-8. The longest texts that are kept of a hundred single-card calls fit. Only a chunk that holds others beside them,
 * each card with words of its own from several calls, has all of its texts cut.
 */
const textBytesMax = 240_000;
/** Code points; halved until all texts fit. No text that is kept is longer: see redacted-text.ts of shared/kona. */
const textLengthMax = 200;

/** The item with its texts in `texts`. */
export function shareTexts(item: Attributes): Attributes {
  const indexes = new Map<string, number>();
  const indexOf = (text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    const index = indexes.get(text) ?? indexes.size;
    indexes.set(text, index);
    return index;
  };
  const groups = replaceTexts(item, indexOf);
  return indexes.size === 0 ? item : { ...item, ...groups, texts: fitting([...indexes.keys()]) };
}

/** The reverse. Texts beside their cards, as earlier releases stored them, stay; so does an index of no text. */
export function restoreTexts(item: Attributes): Attributes {
  const { data: texts = [] } = z.array(z.string()).safeParse(item['texts']);
  return { ...item, ...replaceTexts(item, (ref) => (typeof ref === 'number' ? (texts[ref] ?? ref) : ref)) };
}

type Replace = (text: unknown) => unknown;

function replaceTexts(item: Attributes, replace: Replace): Attributes {
  const lists = ['results', 'traces'].flatMap((name) => {
    const groups = item[name];
    return Array.isArray(groups) ? [[name, groups.map((group) => replaceInGroup(group, replace))]] : [];
  });
  return Object.fromEntries(lists);
}

function replaceInGroup(group: unknown, replace: Replace): unknown {
  if (typeof group !== 'object' || group === null) return group;
  const fields = Object.entries(group).map(([name, value]) => {
    if (nestedFields.has(name)) return [name, replaceInGroup(value, replace)];
    return [name, textFields.has(name) ? replace(value) : value];
  });
  return Object.fromEntries(fields);
}

function fitting(texts: readonly string[]): readonly string[] {
  let cut = texts;
  for (let length = textLengthMax; bytesOf(cut) > textBytesMax; length = Math.floor(length / 2))
    cut = texts.map((text) => [...text].slice(0, length).join(''));
  return cut;
}

const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
