/**
 * General categories of Unicode 16, which is what Oniguruma knows in Hugging Face `tokenizers` 0.23.
 *
 * The platform's own tables come with Node and grow with it, while ids must not. So what Unicode 17
 * added is unassigned here. White space is the property White_Space, which has U+0085 and lacks
 * U+FEFF; JavaScript's `\s` has it the other way round.
 */

/** Code points that Unicode 17 added and that have a letter's, mark's, number's, punctuation's or symbol's category: first and last. */
const addedInUnicode17 = [
  0x88f, 0x88f, 0xc5c, 0xc5c, 0xcdc, 0xcdc, 0x1acf, 0x1add, 0x1ae0, 0x1aeb, 0x20c1, 0x20c1, 0x2b96,
  0x2b96, 0xa7ce, 0xa7cf, 0xa7d2, 0xa7d2, 0xa7d4, 0xa7d4, 0xa7f1, 0xa7f1, 0xfbc3, 0xfbd2, 0xfd90,
  0xfd91, 0xfdc8, 0xfdce, 0x10940, 0x10959, 0x10ec5, 0x10ec7, 0x10ed0, 0x10ed8, 0x10efa, 0x10efb,
  0x11b60, 0x11b67, 0x11db0, 0x11ddb, 0x11de0, 0x11de9, 0x16ea0, 0x16eb8, 0x16ebb, 0x16ed3, 0x16ff2,
  0x16ff6, 0x187f8, 0x187ff, 0x18d09, 0x18d1e, 0x18d80, 0x18df2, 0x1ccfa, 0x1ccfc, 0x1ceba, 0x1ced0,
  0x1cee0, 0x1cef0, 0x1e6c0, 0x1e6ff, 0x1f6d8, 0x1f6d8, 0x1f777, 0x1f77a, 0x1f8d0, 0x1f8d8, 0x1fa54,
  0x1fa57, 0x1fa8a, 0x1fa8a, 0x1fa8e, 0x1fa8e, 0x1fac8, 0x1fac8, 0x1facd, 0x1facd, 0x1faea, 0x1faea,
  0x1faef, 0x1faef, 0x1fbfa, 0x1fbfa, 0x2b73a, 0x2b73f, 0x2cea2, 0x2cead, 0x323b0, 0x33479,
];

/** Categories by their short names, major and minor; no control characters or unassigned ones. */
const categoryName = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)$/;

/** U+0295 was a lowercase letter before Unicode 17 and is one without case since. */
const GLOTTAL = 0x295;

/** The test for a general category such as "L" or "Nd"; undefined where there is none of that name. */
export function inCategory(name: string): ((codePoint: number) => boolean) | undefined {
  if (!categoryName.test(name)) return undefined;
  const property = new RegExp(`\\p{${name}}`, "u");
  return (codePoint) => {
    if (codePoint === GLOTTAL) return name === "L" || name === "Ll";
    return property.test(String.fromCodePoint(codePoint)) && !isNew(codePoint);
  };
}

/** Whether a code point has the property White_Space, which has not changed for long. */
export function isWhiteSpace(codePoint: number): boolean {
  return /\p{White_Space}/u.test(String.fromCodePoint(codePoint));
}

/** Letters, marks, digits and connectors: `\w` of a Unicode regular expression in Rust. */
export function isWordCharacter(codePoint: number): boolean {
  return (
    /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u.test(String.fromCodePoint(codePoint)) &&
    !isNew(codePoint)
  );
}

function isNew(codePoint: number): boolean {
  for (let i = 0; i < addedInUnicode17.length; i += 2)
    if (codePoint >= addedInUnicode17[i]! && codePoint <= addedInUnicode17[i + 1]!) return true;
  return false;
}
