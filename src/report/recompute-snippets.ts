/**
 * Python that recomputes the page's numbers from the run's Parquet files with pandas and SciPy. Each
 * piece builds on those before it and leaves a table of its name; the interop tests run them as they
 * are printed and hold every table against the page.
 */

/** A piece of Python and the name of the table it leaves. */
export interface Snippet {
  readonly table: string;
  readonly title: string;
  readonly python: string;
}

/** What the pieces take from the run's study. */
export interface SnippetSettings {
  readonly level: number;
  readonly bins: number;
  readonly by: "equal-count" | "equal-width";
  /** Name of the text policy of the counts. */
  readonly policy: string;
  /** Whether the run holds outputs to judge. */
  readonly hasOutputs: boolean;
  /** Whether b stands in an output as it is. */
  readonly isContiguous: boolean;
}

/** The pieces for a run, in the order in which they run. */
export function recomputeSnippets(settings: SnippetSettings): Snippet[] {
  const { hasOutputs, isContiguous } = settings;
  return [
    { table: "points", title: "The points of every estimate", python: pointsPython },
    { table: "estimates", title: "Rank correlations", python: estimatesPython },
    { table: "medians", title: "Medians of the scatters", python: mediansPython },
    ...(hasOutputs
      ? [
          {
            table: "performance",
            title: "Performance by frequency",
            python: performancePython(settings),
          },
          ...(isContiguous
            ? [
                {
                  table: "reproduced",
                  title: "Pairs reproduced",
                  python: reproducedPython(settings),
                },
              ]
            : []),
        ]
      : []),
  ];
}

/** The same points and Spearman's ρ as one statement of DuckDB. */
export const spearmanSql = `WITH points AS (
  SELECT task, n, model, codf / dfA AS p, logLikelihood
  FROM 'scores.parquet' JOIN 'counts.parquet' USING (a, b)
  WHERE dfA > 0 AND logLikelihood IS NOT NULL
), ranked AS (  -- ties take the mean of their ranks
  SELECT task, n, model,
    rank() OVER (w ORDER BY p) + count(*) OVER (w ORDER BY p RANGE BETWEEN CURRENT ROW AND CURRENT ROW) / 2 AS x,
    rank() OVER (w ORDER BY logLikelihood)
      + count(*) OVER (w ORDER BY logLikelihood RANGE BETWEEN CURRENT ROW AND CURRENT ROW) / 2 AS y
  FROM points WINDOW w AS (PARTITION BY task, n, model)
)
SELECT task, n, model, corr(x, y) AS spearman, count(*) AS pairs
FROM ranked GROUP BY ALL ORDER BY ALL`;

const pointsPython = `import numpy as np
import pandas as pd
from scipy import stats

counts = pd.read_parquet("counts.parquet")
points = pd.read_parquet("scores.parquet").merge(counts, on=["a", "b"])
points = points[(points.dfA > 0) & points.logLikelihood.notna()]
points["p"] = points.codf / points.dfA`;

const estimatesPython = `def partial(own, controls):
    ranks = lambda name: stats.rankdata(own[name])
    design = np.column_stack([np.ones(len(own)), *map(ranks, controls)])
    left = lambda name: ranks(name) - design @ np.linalg.lstsq(design, ranks(name), rcond=None)[0]
    return np.corrcoef(left("p"), left("logLikelihood"))[0, 1]

def row(key, own, method, zeros, value, controls=()):
    sizes = dict(pairs=len(own), examples=own.example.nunique())
    return dict(zip(["task", "n", "model"], key), method=method, zeros=zeros,
                controls=", ".join(controls), value=value, **sizes)

rows = []
for key, own in points.groupby(["task", "n", "model"], sort=False):
    met = own[own.codf > 0]
    for zeros, part in [("kept", own), ("dropped", met)]:
        if part.p.nunique() > 1:
            rho = stats.spearmanr(part.p, part.logLikelihood).statistic
            rows.append(row(key, part, "spearman", zeros, rho))
    if own.p.nunique() > 1:
        tau = stats.kendalltau(own.p, own.logLikelihood).statistic
        rows.append(row(key, own, "kendall-tau-b", "kept", tau))
        rows.append(row(key, own, "kendall-distance", "kept", (1 - tau) / 2))
        for controls in [["characters"], ["dfB"], ["dfA"], ["characters", "dfB", "dfA"]]:
            rows.append(row(key, own, "partial-spearman", "kept", partial(own, controls), controls))
    if 0 < len(met) < len(own):
        above = stats.mannwhitneyu(met.logLikelihood, own[own.codf == 0].logLikelihood).statistic
        rows.append(row(key, own, "auc", "kept", above / (len(met) * (len(own) - len(met)))))
estimates = pd.DataFrame(rows)`;

const mediansPython = `points["bin"] = np.where(points.codf > 0, np.floor(2 * np.log10(points.p.clip(1e-300)) + 1e-9), -np.inf)
medians = (points.groupby(["task", "n", "model", "bin"])
    .agg(low=("p", "min"), high=("p", "max"), pairs=("p", "size"), median=("logLikelihood", "median"))
    .query("pairs >= 5").reset_index())`;

/** Bins and intervals: the same for both figures of bins. */
const binsPython = ({
  level,
  bins,
  by,
}: SnippetSettings): string => `LEVEL, BINS = ${level}, ${bins}
Z = stats.norm.ppf((1 + LEVEL) / 2)

def bin_of(count):  # -1: the zeros; equal counts are not parted
    up = count[count > 0].sort_values(kind="stable")
    ${
      by === "equal-width"
        ? "at = np.minimum(BINS - 1, np.floor(up / up.max() * BINS)) if len(up) else up"
        : "at = pd.Series(np.arange(len(up)) * BINS // max(1, len(up)), up.index)"
    }
    return at.groupby(up).transform("first").reindex(count.index, fill_value=-1)

def wilson(own):  # at the effective number of points, clusters added up
    mean = own.y.mean()
    residuals = (own.y - mean).groupby(own.example).sum()
    squares = (residuals ** 2).sum()
    size = mean * (1 - mean) * len(own) ** 2 / squares if squares > 1e-20 * len(own) else len(residuals)
    if len(residuals) < 10:
        return dict(low=np.nan, high=np.nan)
    center = (mean + Z * Z / (2 * size)) / (1 + Z * Z / size)
    half = Z / (1 + Z * Z / size) * np.sqrt(mean * (1 - mean) / size + (Z / size / 2) ** 2)
    return dict(low=max(0, center - half), high=min(1, center + half))

def binned(table, **keys):  # columns example, count, y
    for _, own in table.groupby(bin_of(table["count"])):
        yield dict(keys, **{"from": own["count"].min(), "to": own["count"].max()},
                   points=len(own), mean=own.y.mean(), **wilson(own)), own`;

const performancePython = (settings: SnippetSettings): string => `${binsPython(settings)}

examples = pd.read_parquet("examples.parquet").rename(columns={"id": "example", "frequency": "count"})
if "pairs" in examples:  # without a pair there is no frequency
    examples = examples[examples.pairs > 0]
outputs = pd.read_parquet("outputs.parquet")
rows, slopes = [], []
for (task, model), answered in outputs.groupby(["task", "model"], sort=False):
    table = examples[examples.task == task][["example", "count"]]
    table = table.merge(answered[["example", "correctness"]].rename(columns={"correctness": "y"}))
    spread = ((table.y - table.y.mean()) ** 2).mean()
    for row, own in binned(table, task=task, model=model):
        half = Z * np.sqrt(spread / len(own) * (len(table) - len(own)) / (len(table) - 1))
        rows.append(row | dict(nullLow=max(0, table.y.mean() - half), nullHigh=min(1, table.y.mean() + half)))
    up = table[table["count"] > 0]
    if up["count"].nunique() > 1:
        slopes.append(dict(task=task, model=model, slope=np.polyfit(np.log10(up["count"]), up.y, 1)[0]))
performance, slopes = pd.DataFrame(rows), pd.DataFrame(slopes)`;

const reproducedPython = (
  settings: SnippetSettings,
): string => `${wordsPython[settings.policy] ?? wordsPython.words}

pairs = pd.read_parquet("pairs.parquet").merge(counts[["a", "b", "codf"]], on=["a", "b"], how="left")
said = {(o.task, o.model, o.example): f" {' '.join(words(o.output))} " for o in outputs.itertuples()}
rows = []
for task, own in pairs.groupby("task", sort=False):
    own = own[own.n == own.n.iloc[0]].rename(columns={"codf": "count"})
    names = own.example.unique()
    place = dict(zip(names, range(len(names))))
    for model in outputs.model.unique():
        holds = lambda shift: np.array([
            f" {p.b} " in said[task, model, names[(place[p.example] + shift) % len(names)]]
            for p in own.itertuples()], float)
        turns = min(20, len(names) - 1)
        others = [holds(1 + k * (len(names) - 1) // turns) for k in range(turns)]
        table = own.assign(y=holds(0), at=range(len(own)))
        for row, part in binned(table, task=task, model=model):
            shares = [other[part["at"]].mean() for other in others]
            null = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            rows.append(row | dict(nullLow=null[0], nullHigh=null[1]))
reproduced = pd.DataFrame(rows)`;

const foldPython = `import unicodedata

def fold(c):  # simple case folding: one code point gives one
    return next((one for one in (c.casefold(), c.lower()) if len(one) == 1), c)

`;
const splitPython = (text: string): string => `def words(text):
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in ${text}).split()`;
const normalized = `map(fold, unicodedata.normalize("NFKC", text))`;

/** Text policies in Python; its Unicode tables may be of another version than the counts'. */
const wordsPython: Readonly<Record<string, string>> = {
  words: `${foldPython}${splitPython(normalized)}`,
  "exact-words": `import unicodedata\n\n${splitPython("text")}`,
  characters: `${foldPython}def words(text):
    return [c for c in ${normalized} if unicodedata.category(c)[0] in "LMN"]`,
};
