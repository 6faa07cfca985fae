/**
 * Aligned documentation: documents of consecutive segments, each with the English and one translation, the
 * translation task of held-out files, and the segments the static embedder is fitted on.
 */
import { findPhrases, omit, phraseOf, runsOf, wordsOf } from "./text.mjs";

/** Enough letters to be language, and not too long. */
function isProse(text, longest) {
  if (text.length < 2 || text.length > longest) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters / text.length > 0.6;
}

/** Segments whose English was not seen before (by its words), grouped by file. */
function groupByFile(segments, longest) {
  const seen = new Set();
  const files = new Map();
  for (const segment of segments) {
    const key = phraseOf(segment.en);
    if (key === "" || seen.has(key) || !isProse(segment.en, longest)) continue;
    seen.add(key);
    if (!files.has(segment.file)) files.set(segment.file, []);
    files.get(segment.file).push(segment);
  }
  return files;
}

function drawTarget(targets, rng) {
  let rest = rng.next();
  for (const [language, share] of Object.entries(targets)) {
    if (rest < share) return language;
    rest -= share;
  }
  return Object.keys(targets)[0];
}

const hasTarget = (segment, target, longest) =>
  segment[target] !== undefined && isProse(segment[target], longest);

/** Consecutive translated segments up to a length in characters. */
function cutDocuments(segments, { longestDocument }) {
  const documents = [];
  let current = [];
  let size = 0;
  for (const segment of segments) {
    const length = segment.en.length + segment.translation.length;
    if (current.length > 0 && size + length > longestDocument) {
      documents.push(current);
      current = [];
      size = 0;
    }
    current.push(segment);
    size += length;
  }
  return current.length > 0 ? [...documents, current] : documents;
}

function renderPairs(pairs, target, { languageNames }) {
  return pairs
    .map(
      ({ en, translation }) =>
        `${languageNames.en}: ${en}\n${languageNames[target]}: ${translation}`,
    )
    .join("\n");
}

const renderMonolingual = (pairs, inEnglish) =>
  pairs.map(({ en, translation }) => (inEnglish ? en : translation)).join("\n");

function documentsOfFile(file, segments, settings, rng) {
  const target = drawTarget(settings.targets, rng);
  const pairs = segments
    .filter((segment) => hasTarget(segment, target, settings.longestSegment))
    .map((segment) => ({ en: segment.en, translation: segment[target] }));
  return cutDocuments(pairs, settings).map((group) => {
    const draw = rng.next();
    const alone = draw < settings.monolingual;
    const text = alone
      ? renderMonolingual(group, draw < settings.monolingual / 2)
      : renderPairs(group, target, settings);
    return {
      text,
      kind: alone ? "documentation/monolingual" : "documentation",
      target,
      file,
      pairs: alone ? [] : group,
    };
  });
}

/** Words glued together by the source's extraction ("SlidePage"), mark-up and code. */
const isUnclean = (text) =>
  /\p{Ll}\p{Lu}|[<>{}[\]="_]/u.test(text.replaceAll("LibreOffice", "Libreoffice"));

/** Task candidates: short, clean, more than one word on both sides. */
function isShort({ en, translation }, longestWords) {
  if (isUnclean(en) || isUnclean(translation)) return false;
  const counts = [wordsOf(en).length, wordsOf(translation).length];
  return counts.every((count) => count >= 2 && count <= longestWords);
}

/** What the documents of the target language hold: words, and runs of eight words for the leak check. */
function indexDocuments(documents) {
  const vocabulary = new Set();
  const eights = new Set();
  for (const { text } of documents) {
    const words = wordsOf(text);
    for (const word of words) vocabulary.add(word);
    for (const run of runsOf(words, 8)) eights.add(run);
  }
  return { vocabulary, eights };
}

/** Pairs whose two sides no document holds together. */
function withoutKnownPairs(pairs, documents) {
  const phrases = pairs.flatMap(({ en, translation }) => [phraseOf(en), phraseOf(translation)]);
  const found = findPhrases([...new Set(phrases)], documents);
  return pairs.filter(({ en, translation }) => {
    const translated = found.get(phraseOf(translation));
    return ![...found.get(phraseOf(en))].some((id) => translated.has(id));
  });
}

/**
 * Held-out segments made of known words, in random order, none of whose runs of eight words stands in a document
 * and whose translation never stands in one document with them.
 */
function testCandidates(heldOut, documents, { target, longestWords }, rng) {
  const { vocabulary, eights } = indexDocuments(documents);
  const candidates = heldOut
    .filter((segment) => hasTarget(segment, target, Infinity))
    .map((segment) => ({ en: segment.en, translation: segment[target] }))
    .filter((pair) => isShort(pair, longestWords))
    .filter(({ en, translation }) =>
      [en, translation].every((text) => {
        const words = wordsOf(text);
        if ([...runsOf(words, 8)].some((run) => eights.has(run))) return false;
        return words.every((word) => vocabulary.has(word));
      }),
    );
  return rng.shuffle(withoutKnownPairs(candidates, documents));
}

const bigramPairs = ({ en, translation }) => {
  const sides = [en, translation].map((text) => [...wordsOf(text), ...runsOf(wordsOf(text), 2)]);
  return { input: new Set(sides[0]), output: new Set(sides[1]) };
};

const sharedCount = (items, known) => [...items].filter((item) => known.has(item)).length;

/** Segments of the corpus that share most n-grams with the test on both sides: only these can yield its pairs. */
function chooseTrain(documents, tested, { target, longestWords, train }, rng) {
  const known = { input: new Set(), output: new Set() };
  for (const pair of tested.map(bigramPairs)) {
    for (const item of pair.input) known.input.add(item);
    for (const item of pair.output) known.output.add(item);
  }
  const candidates = documents
    .filter((document) => document.target === target)
    .flatMap(({ pairs }) => pairs)
    .filter((pair) => isShort(pair, longestWords));
  const ranked = rng.shuffle(candidates).map((pair) => {
    const { input, output } = bigramPairs(pair);
    return {
      pair,
      score: Math.min(sharedCount(input, known.input), sharedCount(output, known.output)),
    };
  });
  ranked.sort((x, y) => y.score - x.score);
  return rng.shuffle(ranked.slice(0, train).map(({ pair }) => pair));
}

const taskRows = (pairs, split) =>
  pairs.map(({ en, translation }, index) => ({
    id: `translation-${split}-${String(index + 1).padStart(4, "0")}`,
    input: en,
    output: translation,
    split,
  }));

/** The texts of each segment, one a language, where there is one in every language. */
function alignedSegments(files, { languages, longestWords }) {
  return [...files.values()].flat().flatMap((segment) => {
    const texts = languages.map((language) => segment[language]);
    return texts.includes(undefined) || wordsOf(segment.en).length > longestWords ? [] : [texts];
  });
}

export function makeDocumentation(segments, settings, rng) {
  const files = groupByFile(segments, settings.longestSegment);
  const names = rng.fork("files").shuffle([...files.keys()]);
  const heldOutNames = names.splice(0, Math.round(names.length * settings.heldOutFiles));
  const heldOut = heldOutNames.flatMap((name) => files.get(name));
  for (const name of heldOutNames) files.delete(name);
  const random = rng.fork("documents");
  const documents = names.flatMap((name) =>
    documentsOfFile(name, files.get(name), settings, random),
  );
  const candidates = testCandidates(heldOut, documents, settings.task, rng.fork("test"));
  const tested = candidates.slice(0, settings.task.test);
  const trained = chooseTrain(documents, tested, settings.task, rng.fork("train"));
  return {
    documents: rng
      .fork("order")
      .shuffle(documents)
      .map((document) => omit(document, "pairs")),
    /** Everything that may be held out, the test's segments first. */
    candidates,
    tasks: [...taskRows(tested, "test"), ...taskRows(trained, "train")],
    segments: alignedSegments(files, settings.segments),
  };
}
