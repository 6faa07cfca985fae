/** A Python list of strings as `repr` writes it: `['it', "Gentleman's sport", 'caf\xe9']`. */

// A quote, what is not that quote or escaped, the same quote; then a comma or the end.
const ITEM = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:,|$)/sy;
const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gis;
const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The strings of a list; undefined where the text is no such list. */
export function parsePythonStrings(text: string): readonly string[] | undefined {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const strings: string[] = [];
  let at = 0;
  while (inner.slice(at).trim() !== "") {
    ITEM.lastIndex = at;
    const match = ITEM.exec(inner);
    if (match === null) return undefined;
    strings.push(unescape(match[1] ?? match[2] ?? ""));
    at = ITEM.lastIndex;
  }
  return strings;
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (_, ...codes: (string | undefined)[]) => {
    const code = codes.slice(0, 3).find((digits) => digits !== undefined);
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    const character = codes[3]!;
    return controls[character] ?? character;
  });
}
