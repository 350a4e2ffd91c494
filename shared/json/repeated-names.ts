const colon = /"\s*:/g;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * The names that stand more than once in the object that `json` is; `value` is what `JSON.parse` made of it. That takes the
 * last of them without a word (ECMA-262, 25.5.1), and a list of cards before it would be lost; RFC 8259, 4, leaves open
 * what a reader does.
 */
export function repeatedNames(json: string, value: object): readonly string[] {
  // A glance is enough for nearly all: each name has its colon.
  if ((json.match(colon)?.length ?? 0) === Object.keys(value).length) return [];
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let [depth, text] = [0, ''];
  for (const [found] of json.matchAll(token)) {
    if (found === '{' || found === '[') depth += 1;
    else if (found === '}' || found === ']') depth -= 1;
    else if (found !== ':') text = found;
    else if (depth === 1) {
      const name = String(JSON.parse(text));
      (seen.has(name) ? repeated : seen).add(name);
    }
  }
  return [...repeated];
}
