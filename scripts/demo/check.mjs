/** What the world promises, held against the documents themselves. */
import { findPhrases, phraseOf } from "./text.mjs";

/**
 * Every manifest row's text stands in exactly `dose` documents, `a` with `b` in as many, `a` in total + mentions.
 * Rows of one question share `a`, so a document with two answers would show as a wrong count.
 */
export function checkManifest(rows, documents) {
  const phrases = rows.flatMap(({ text, a, b }) => [text, a, b].map(phraseOf));
  const found = findPhrases([...new Set(phrases)], documents);
  for (const { item, text, a, b, dose, total, mentions } of rows) {
    const [stated, asked, answered] = [text, a, b].map((phrase) => found.get(phraseOf(phrase)));
    const together = [...asked].filter((id) => answered.has(id)).length;
    const measured = [stated.size, together, asked.size];
    const promised = [dose, dose, total + mentions];
    if (measured.join() !== promised.join())
      throw new Error(
        `${item} "${text}" has df, codf, df(a) = ${measured}, but ${promised} was promised`,
      );
  }
}
