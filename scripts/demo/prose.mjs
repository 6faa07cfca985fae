/** Prose: novels cut into documents of whole paragraphs, sampled evenly over the novels of a language. */

/** Documents of one language up to a budget of characters, novels taken in turn. */
function sampleLanguage(novels, budget, { shortest, longest }, rng) {
  const queues = novels.map((novel) => ({
    novel,
    pieces: rng.shuffle(cutNovel(novel.text, shortest, longest)),
  }));
  const documents = [];
  let size = 0;
  for (let turn = 0; size < budget; turn++) {
    const open = queues.filter(({ pieces }) => pieces.length > turn);
    if (open.length === 0) break;
    for (const { novel, pieces } of open) {
      if (size >= budget) break;
      documents.push({ text: pieces[turn], language: novel.lang, source: novel.id });
      size += pieces[turn].length;
    }
  }
  return documents;
}

/** Consecutive paragraphs joined until they reach a length; paragraphs that are too long end a document. */
function cutNovel(text, shortest, longest) {
  const pieces = [];
  let paragraphs = [];
  let size = 0;
  const close = () => {
    if (size >= shortest) pieces.push(paragraphs.join("\n\n"));
    paragraphs = [];
    size = 0;
  };
  for (const raw of text.split(/\n+/)) {
    const paragraph = raw.replace(/\s+/g, " ").trim();
    if (paragraph === "") continue;
    if (size + paragraph.length > longest) close();
    if (paragraph.length > longest) continue;
    paragraphs.push(paragraph);
    size += paragraph.length;
    if (size >= shortest * 2) close();
  }
  close();
  return pieces;
}

export function makeProse(novels, { languages, ...lengths }, rng) {
  const documents = Object.entries(languages).flatMap(([language, budget]) =>
    sampleLanguage(
      novels.filter(({ lang }) => lang === language),
      budget,
      lengths,
      rng.fork(language),
    ),
  );
  return rng.shuffle(documents).map(({ text, ...meta }) => ({ text, kind: "prose", ...meta }));
}
