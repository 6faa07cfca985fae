/**
 * White space as the reference metrics cut by it, Python's `str.split`: Unicode's White_Space, in
 * which JavaScript's `\s` lacks U+0085 and has U+FEFF. (Python has U+001C to U+001F besides.)
 */
const SPACE = /\p{White_Space}+/u;

/** The parts between runs of white space; none for a text of white space alone. */
export function splitWhiteSpace(text: string): readonly string[] {
  return text.split(SPACE).filter((part) => part !== "");
}
