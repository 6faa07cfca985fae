// What is measured: cases by table. A case is pairs (made by make-queries.mjs), a corpus (made by
// make-corpora.mjs) and a number of workers; `text` is the file whose bytes and `wc -w` it is
// measured by, where the corpus itself is compressed.
const eng = "eng.jsonl";

function cases(pairs, corpora, jobs, text) {
  return pairs.flatMap((name) =>
    corpora.flatMap((corpus) =>
      jobs.map((count) => ({
        name: `${name} ${corpus} ${count}`,
        ...{ pairs: `${name}.tsv`, corpus, jobs: count, text: text ?? corpus },
      })),
    ),
  );
}

export const tables = {
  bars: [
    ...cases(["task-10k", "task-1m", "dense-1m"], [eng], [1, 2]),
    ...cases(["task-1m"], ["eng.jsonl.zst"], [1], eng),
    ...cases(["task-1m", "dense-7lang-1m"], ["7lang.jsonl"], [1]),
  ],
  sizes: cases(
    ["task", "dense"].flatMap((kind) => ["10k", "100k", "1m", "3.9m"].map((n) => `${kind}-${n}`)),
    [eng],
    [1],
  ),
  formats: cases(
    ["task-1m"],
    [eng, "eng.jsonl.gz", "eng.jsonl.zst", "eng.frames.jsonl.zst", "eng.parquet"],
    [1, 2],
    eng,
  ),
  languages: [
    ...cases(["task-1m", "dense-1m"], [eng], [1]),
    ...cases(["task-1m", "dense-7lang-1m"], ["7lang.jsonl", "7lang.escaped.jsonl"], [1]),
  ],
  skewed: cases(["dense-1m", "hub-1m", "frequent-1m", "none-1m"], [eng], [1]),
};
