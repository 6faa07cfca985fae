/**
 * Python that recomputes the page's numbers from the run's Parquet files with pandas and SciPy. Each
 * piece builds on those before it and leaves a table of its name; the interop tests run them as they
 * are printed and hold every table against the page.
 */

import { metricsPython, noveltyPython } from "./recompute-answers.ts";
import { countsOf, dropsPython, type DropSettings } from "./recompute-drops.ts";
import { intervalsPython } from "./recompute-intervals.ts";

/** A piece of Python and the name of the table it leaves. */
export interface Snippet {
  readonly table: string;
  readonly title: string;
  readonly python: string;
}

/** What the pieces take from the run's study. */
export interface SnippetSettings extends DropSettings {
  readonly level: number;
  readonly bins: number;
  readonly by: "equal-count" | "equal-width";
  /** Name of the text policy of the counts. */
  readonly policy: string;
  /** What is resampled, and what a point is. */
  readonly cluster: "example" | "group";
  readonly unit: "pair" | "mean";
  /** Where P(b|a) is smoothed. */
  readonly smoothing: { readonly alpha: number; readonly documents: number } | undefined;
  /** Controls of the partial correlations, by their columns. */
  readonly controls: readonly string[];
  /** Whether zeros are censored too. */
  readonly censored: boolean;
  /** Whether the run holds the draws behind its intervals. */
  readonly hasReplicates: boolean;
  /** Whether pairs of the outputs were counted. */
  readonly hasNovelty: boolean;
  /** Whether b stands in an output as it is. */
  readonly isContiguous: boolean;
}

/** The pieces for a run, in the order in which they run. */
export function recomputeSnippets(settings: SnippetSettings): Snippet[] {
  const { hasOutputs, isContiguous, hasReplicates } = settings;
  return [
    { table: "points", title: "The points of every estimate", python: pointsPython(settings) },
    { table: "estimates", title: "Rank correlations", python: estimatesPython(settings) },
    { table: "drops", title: "What was dropped", python: dropsPython(settings) },
    { table: "medians", title: "Medians of the scatters", python: mediansPython },
    ...(hasOutputs
      ? [
          {
            table: "performance",
            title: "Performance by frequency",
            python: performancePython(settings),
          },
          { table: "metrics", title: "How well models answer", python: metricsPython },
          ...(settings.hasNovelty
            ? [{ table: "novelty", title: "New pairs in outputs", python: noveltyPython }]
            : []),
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
    ...(hasReplicates
      ? [
          {
            table: "intervals",
            title: "Intervals, tests and nulls",
            python: intervalsPython(settings),
          },
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

/** Pairs that the study leaves out for their counts. */
const outliersPython = `out = pd.read_parquet("outliers.parquet").set_index(["task", "n", "a", "b"]).index
points = points[~points.set_index(["task", "n", "a", "b"]).index.isin(out)]`;

const pointsPython = ({
  cluster,
  smoothing,
  leavesOutOutliers,
  ...ratio
}: SnippetSettings): string => `import numpy as np
import pandas as pd
from scipy import stats

counts = pd.read_parquet("counts.parquet")
points = pd.read_parquet("scores.parquet").merge(counts, on=["a", "b"])
points = points[(points.dfA > 0) & points.logLikelihood.notna()]
${leavesOutOutliers ? `${outliersPython}\n` : ""}shown = points.assign(p=points.codf / points.dfA)  # as figures draw them
ratio = counts.assign(${countsOf(ratio)})  # what the study divides by what
points = points.drop(columns="codf").merge(ratio[["a", "b", "codf", "over"]], on=["a", "b"])
points = points[points.over > 0]
${
  smoothing === undefined
    ? `points["p"] = points.codf / points.over`
    : `ALPHA, N = ${smoothing.alpha}, ${smoothing.documents}
points["p"] = (points.codf + ALPHA * points.dfB / N) / (points.over + ALPHA)`
}
${clusterPython(cluster)}`;

/** What is resampled together: the function `clusters` gives each row of a task and example its own. */
const clusterPython = (cluster: SnippetSettings["cluster"]): string =>
  cluster === "example"
    ? `clusters = lambda table: table.example  # what is resampled together`
    : `group = pd.read_parquet("examples.parquet").set_index(["task", "id"])["group"].to_dict()
clusters = lambda table: pd.Series([  # what is resampled together
    group.get((o.task, o.example)) or ("example", o.example) for o in table.itertuples()], table.index)`;

/** What a point is: `view` gives the points of a task, n and model with the columns that are correlated. */
const viewPython = ({ unit, smoothing }: SnippetSettings): string => {
  const information =
    smoothing === undefined
      ? "own.codf / (own.dfA * own.dfB.clip(lower=1))"
      : "(own.codf + ALPHA * own.dfB / N) / (own.dfA + ALPHA) / own.dfB.clip(lower=1)";
  return unit === "pair"
    ? `def view(own, zeros):
    own = own.assign(met=own.codf > 0, known=own.codf > 0, information=${information},
                     bound=own.codf.clip(lower=1) / own.over,
                     dfAAlone=own.dfA - own.codf, dfBAlone=own.dfB - own.codf)
    return own if zeros == "kept" else own[own.met]`
    : `def view(own, zeros):  # one point for each b of an example; log 0 below everything
    own = own if zeros == "kept" else own[own.codf > 0]
    log = lambda values: np.log(values.where(values > 0))
    own = own.assign(met=own.codf > 0, x=log(own.p), i=log(${information}), dfA=np.log(own.dfA),
                     dfAAlone=own.dfA - own.codf, dfBAlone=own.dfB - own.codf, share=(own.p > 0) * 1.0,
                     bound=log(own.codf.clip(lower=1) / own.over))
    means = ["x", "i", "share", "dfA", "dfB", "dfAAlone", "dfBAlone", "logLikelihood", "characters", "bound"]
    means += [name for name in own if name.startswith(("neutralLog", "infinityGram"))]
    by = own.groupby(["example", "b"], sort=False)
    points = by[means].mean().round(10).join(by.met.max()).join(by.met.min().rename("known")).reset_index()
    in_order = lambda name: points.groupby(["share", name], dropna=False).ngroup()
    return points.assign(p=in_order("x"), information=in_order("i"))`;
};

const estimatesPython = (settings: SnippetSettings): string => `${viewPython(settings)}

CONTROLS = {"length": "characters"}

def partial(own, controls):
    ranks = lambda name: stats.rankdata(own[name])
    design = np.column_stack([np.ones(len(own)), *map(ranks, controls)])
    left = lambda name: ranks(name) - design @ np.linalg.lstsq(design, ranks(name), rcond=None)[0]
    return np.corrcoef(left("p"), left("logLikelihood"))[0, 1]

def censored_tau(bound, known, y):  # a zero lies below 1/df(a), and is ordered with what is not
    known = known.to_numpy()
    sign = np.sign(np.subtract.outer(bound.to_numpy(), bound.to_numpy())) * (known[:, None] & known)
    sure = np.greater_equal.outer(bound.to_numpy(), bound.to_numpy()) & known[:, None] & ~known
    sign = sign + sure - sure.T
    other = np.sign(np.subtract.outer(y.to_numpy(), y.to_numpy()))
    return (sign * other).sum() / np.sqrt((sign != 0).sum() * (other != 0).sum())

def rho(x, y):
    return stats.spearmanr(x, y).statistic if x.nunique() > 1 and y.nunique() > 1 else np.nan

rows = []
for key, own in points.groupby(["task", "n", "model"], sort=False):
    def add(part, method, zeros, value, measure="distributional-memorization", controls=(), rule=""):
        rows.append(dict(zip(["task", "n", "model"], key)) | dict(
            measure=measure, method=method, zeros=zeros, controls=", ".join(controls), rule=rule,
            value=value, pairs=len(part), examples=part.example.nunique()))
    for zeros in ["kept", "dropped"]:
        part = view(own, zeros)
        add(part, "spearman", zeros, rho(part.p, part.logLikelihood))
        for controls in ${JSON.stringify([...settings.controls.map((name) => [name]), ...(settings.controls.length > 1 ? [settings.controls] : [])])}:
            if part.p.nunique() > 1:
                add(part, "partial-spearman", zeros, partial(part, controls), controls=controls)
        if part.p.nunique() > 1:
            tau = stats.kendalltau(part.p, part.logLikelihood).statistic
            add(part, "kendall-tau-b", zeros, tau)
            add(part, "kendall-distance", zeros, (1 - tau) / 2, "distributional-generalization")
    part = view(own, "kept")
    met, never = part[part.met].logLikelihood, part[~part.met].logLikelihood
    if len(met) and len(never):
        above = stats.mannwhitneyu(met, never).statistic
        add(part, "auc", "kept", above / (len(met) * len(never)), "zero-separation")${
          settings.censored
            ? `
    add(part, "censored-tau-b", "kept", censored_tau(part.bound, part.known, part.logLikelihood))`
            : ""
        }
    if "neutralLogLikelihood" in part and part.neutralLogLikelihood.notna().all():
        add(part, "spearman", "kept", rho(part.information, part.logLikelihood - part.neutralLogLikelihood), "mutual-information")
    for column, rule in [("infinityGram", "strict"), ("infinityGramPaper", "paper"), ("infinityGramBackoff", "back-off")]:
        known = part[part[column].notna()] if column in part else []
        if len(known):
            add(known, "spearman", "kept", rho(known[column], known.logLikelihood), "infinity-gram-memorization", rule=rule)
estimates = pd.DataFrame(rows)`;

const mediansPython = `shown["bin"] = np.where(shown.codf > 0, np.floor(2 * np.log10(shown.p.clip(1e-300)) + 1e-9), -np.inf)
medians = (shown.groupby(["task", "n", "model", "bin"])
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

def wilson(own, clusters=clusters):  # at the effective number of points, clusters added up
    mean = own.y.mean()
    residuals = (own.y - mean).groupby(clusters(own)).sum()
    squares = (residuals ** 2).sum()
    size = mean * (1 - mean) * len(own) ** 2 / squares if squares > 1e-20 * len(own) else len(residuals)
    if len(residuals) < 10:
        return dict(low=np.nan, high=np.nan)
    center = (mean + Z * Z / (2 * size)) / (1 + Z * Z / size)
    half = Z / (1 + Z * Z / size) * np.sqrt(mean * (1 - mean) / size + (Z / size / 2) ** 2)
    return dict(low=max(0, center - half), high=min(1, center + half))

def binned(table, **keys):  # columns task, example, count, y
    for _, own in table.groupby(bin_of(table["count"])):
        yield dict(keys, **{"from": own["count"].min(), "to": own["count"].max()},
                   points=len(own), mean=own.y.mean(), **wilson(own)), own`;

const performancePython = (settings: SnippetSettings): string => `${binsPython(settings)}

def slope(own):  # least squares; residuals of a cluster added up before they are squared
    x = np.log10(own["count"])
    x, y = x - x.mean(), own.y - own.y.mean()
    slope = (x * y).sum() / (x ** 2).sum()
    scores = (x * (y - slope * x)).groupby(clusters(own)).sum()
    G, N = len(scores), len(own)
    if G < 10:
        return dict(slope=slope)
    error = np.sqrt(G / (G - 1) * (N - 1) / (N - 2) * (scores ** 2).sum()) / (x ** 2).sum()
    half = stats.t.ppf((1 + LEVEL) / 2, G - 1) * error
    return dict(slope=slope, low=slope - half, high=slope + half, p=2 * stats.t.sf(abs(slope) / error, G - 1))

examples = pd.read_parquet("examples.parquet").rename(columns={"id": "example", "frequency": "count"})
if "pairs" in examples:  # without a pair there is no frequency
    examples = examples[examples.pairs > 0]
outputs = pd.read_parquet("outputs.parquet")
rows, slopes = [], []
for (task, model), answered in outputs.groupby(["task", "model"], sort=False):
    table = examples[examples.task == task][["task", "example", "count"]]
    table = table.merge(answered[["example", "correctness"]].rename(columns={"correctness": "y"}))
    spread = ((table.y - table.y.mean()) ** 2).mean()
    for row, own in binned(table, task=task, model=model):
        half = Z * np.sqrt(spread / len(own) * (len(table) - len(own)) / (len(table) - 1))
        rows.append(row | dict(nullLow=max(0, table.y.mean() - half), nullHigh=min(1, table.y.mean() + half)))
    up = table[table["count"] > 0]
    if up["count"].nunique() > 1:
        slopes.append(dict(task=task, model=model, **slope(up)))
performance, slopes = pd.DataFrame(rows), pd.DataFrame(slopes)`;

const reproducedPython = (
  settings: SnippetSettings,
): string => `${wordsPython[settings.policy] ?? wordsPython.words}

pairs = pd.read_parquet("pairs.parquet").merge(counts[["a", "b", "codf"]], on=["a", "b"], how="left")
${settings.leavesOutOutliers ? `pairs = pairs[~pairs.set_index(["task", "n", "a", "b"]).index.isin(out)]\n` : ""}said = {(o.task, o.model, o.example): f" {' '.join(words(o.output))} " for o in outputs.itertuples()}
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
