/** Python for the rows of the drop table that are told from pairs a run keeps: what mining left out stands in no Parquet file. */

/** What decides why a pair is left out. */
export interface DropSettings {
  readonly leavesOutOutliers: boolean;
  /** Whether codf is the smaller of both n-grams' occurrences. */
  readonly minOfSingleCounts: boolean;
  /** The column that codf is divided by, and whether it stands in denominators.parquet instead of counts.parquet. */
  readonly denominator: { readonly column: "df" | "tf"; readonly isApart: boolean };
  readonly hasOutputs: boolean;
}

/** Reasons that pairs have before they are scored; what they leave are the rows of pairs.parquet. */
export const minedReasons: readonly string[] = [
  ...["mined", "identical", "other-language", "not-alphabetic", "named-entity"],
  ...["n-characters", "below-threshold", "not-in-table"],
];

/** Leaves `drops`, one row a task, n, model and reason. Builds on `counts` and, where there are outliers, `out`. */
export const dropsPython = (settings: DropSettings): string => `${fatesPython(settings)}

left = judged[judged.fate == "scored"]
rows = [judged.assign(reason=judged.fate),  # the rest are parts of "scored"
        left[(left.codf == 0) & (left.dfB == 0)].assign(reason="df(b)=0"),
        left[(left.codf == 0) & (left.dfB > 0)].assign(reason="codf=0"),
        left[left.codf > left.over].assign(reason="ratio>1")]
if "infinityGram" in left:  # of groups that have any
    known = left.groupby(["task", "n", "model"]).infinityGram.transform("count") > 0
    rows.append(left[known & left.infinityGram.isna()].assign(reason="no-infinity-gram"))
drops = pd.concat(rows).groupby(["task", "n", "model", "reason"]).size().reset_index(name="count")${
  settings.hasOutputs
    ? `
answered = pd.read_parquet("outputs.parquet")
unjudged = answered[answered.correctness.isna()].groupby(["task", "model"]).size().reset_index(name="count")
drops = pd.concat([drops, unjudged.assign(reason="unjudged-output")])  # at the task's first n`
    : ""
}`;

const fatesPython = (
  settings: DropSettings,
): string => `import pyarrow.parquet as pq  # tells a null from NaN

judged = counts.assign(${countsOf(settings)})
judged = pd.read_parquet("scores.parquet").merge(judged, on=["a", "b"], how="left")
judged["unmatched"] = pq.read_table("scores.parquet")["logLikelihood"].is_null().to_numpy()
fates = {${settings.leavesOutOutliers ? `"count-outlier": judged.set_index(["task", "n", "a", "b"]).index.isin(out),\n         ` : ""}"uncounted": judged.codf.isna(), "df(a)=0": judged.dfA == 0, "denominator=0": judged.over == 0,
         "unmatched": judged.unmatched, "not-a-number": judged.logLikelihood.isna()}
judged["fate"] = np.select(list(fates.values()), list(fates), "scored")  # the first that holds`;

/** The columns of `counts` as the ratio takes them. */
export function countsOf({
  minOfSingleCounts,
  denominator: { column, isApart },
}: Pick<DropSettings, "minOfSingleCounts" | "denominator">): string {
  const over = isApart
    ? `counts.a.map(pd.read_parquet("denominators.parquet").set_index("a").${column}).fillna(0)`
    : `counts.${column}A`;
  return minOfSingleCounts
    ? `over=${over}, codf=counts[["tfA", "tfB"]].min(axis=1)`
    : `over=${over}`;
}
