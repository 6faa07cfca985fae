/**
 * Python for what is read from draws: intervals, tests and nulls of every estimate from replicates.parquet, those
 * of differences, trends and distances from what they are made of, and the corrections for many tests.
 */

/** Leaves `intervals`, one row an estimate of run.json that has a value. Builds on `estimates` and, where there are outputs, `slopes`. */
export const intervalsPython = (settings: {
  readonly level: number;
  readonly hasOutputs: boolean;
}): string =>
  [drawsPython(settings), partsPython, testsPython, rowsPython, familyPython].join("\n\n");

const drawsPython = ({
  level,
  hasOutputs,
}: {
  readonly level: number;
  readonly hasOutputs: boolean;
}): string => `import json

run = json.load(open("run.json"))  # names only: what each estimate is of
replicates = pd.read_parquet("replicates.parquet")
drawn = {key: own.value.to_numpy() for key, own in replicates.groupby(["list", "estimate", "kind"])}
values = estimates.set_index(["measure", "method", "task", "n", "model", "zeros", "controls", "rule"]).value
${hasOutputs ? `slope_of = slopes.set_index(["task", "model"]).to_dict("index")` : "slope_of = {}"}
LEVEL = ${level}`;

/** What an estimate is made of: its own draws, or those of others. */
const partsPython = `def own_value(e):
    controls = ", ".join(CONTROLS.get(c, c) for c in e["controls"])
    return values[e["measure"], e["method"], e["task"], e["n"], e["model"], e["zeros"], controls, e.get("rule", "")]

def rho_at(e, model, n, checkpoint=None):  # place of the correlation that a comparison is made of
    return next(i for i, o in enumerate(run["estimates"])
                if o["measure"] == "distributional-memorization" and o["method"] == "spearman"
                and (o["task"], o["n"], o["model"], o["zeros"]) == (e["task"], n, model, e["zeros"])
                and checkpoint in (None, o["checkpoint"]))

def slope_over(x, y):  # what rounding leaves of terms that cancel is 0
    terms = [a * b for a, b in zip(x, y)]
    return np.where(abs(sum(terms)) <= 1e-13 * sum(map(abs, terms)), 0.0, sum(terms))[()]

def parts_of(i, e):  # places of the estimates that one is made of, and how
    name = e["measure"]
    if name == "distributional-generalization":
        return [i - 1], lambda tau: (1 - tau) / 2
    if name.endswith("-difference"):
        other = e["against"]
        places = [rho_at(e, e["model"], e["n"], e["checkpoint"]),
                  rho_at(e, other["model"], other["n"], other.get("checkpoint"))]
        return places, lambda x, y: x - y
    if name.endswith("-trend"):
        x = np.log10(e["over"])
        x = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
        return [rho_at(e, model, e["n"]) for model in e["models"]], lambda *y: slope_over(x, y)
    return [i], lambda value: value`;

const testsPython = `def p_of(e, value, resamples):
    if value == (0.5 if e["method"] == "auc" else 0):
        return 1.0
    if e["measure"].endswith(("-difference", "-trend")):
        error = np.nanstd(resamples, ddof=1)
        return 2 * stats.norm.sf(abs(value) / error) if error > 1e-12 * abs(value) else np.nan
    bound = 1 - 1 / e["points"] ** 2  # Fisher's z; an AUC becomes a correlation
    z = lambda r: np.arctanh(np.clip(2 * r - 1 if e["method"] == "auc" else r, -bound, bound))
    return min(1, 2 * stats.norm.sf(abs(z(value)) / np.nanstd(z(resamples), ddof=1)))

def band(value, null):
    null = null[~np.isnan(null)]
    far = (abs(null - null.mean()) >= abs(value - null.mean()) - 1e-12).sum()
    low, high = np.quantile(null, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return dict(nullMean=null.mean(), nullLow=low, nullHigh=high, nullP=(1 + far) / (1 + len(null)))

def interval(e, value, resamples, null):
    low, high = np.nanquantile(resamples, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if e["drawnClusters"] < e["clusters"] and "-difference" not in e["measure"] and "-trend" not in e["measure"]:
        low, high = max(-1, low), min(1, high)
    found = dict(value=value, low=low, high=high, p=p_of(e, value, resamples))
    return found | (band(value, null) if e["null"] else {})`;

const rowsPython = `def elsewhere(e):  # of another corpus or table: no file here has its counts and draws
    return e["measure"] == "corpus-difference" or "minedOn" in e or e.get("corpus") != run["estimates"][0].get("corpus")

def stated(e):  # as run.json has it
    ends, null = e["interval"] or {}, e["null"] or {}
    return dict(value=e["value"], low=ends.get("low"), high=ends.get("high"), p=e["pValue"], source="run.json",
                **{"null" + key[0].upper() + key[1:]: null.get(key) for key in ["mean", "low", "high"]}, nullP=null.get("pValue"))

rows = []
for i, e in enumerate(run["estimates"]):
    if e["value"] is None:
        continue
    name = dict(list="estimates", estimate=i, measure=e["measure"], method=e["method"], task=e["task"], n=e["n"], model=e["model"])
    own = slope_of.get((e["task"], e["model"])) if e["measure"] == "frequency-slope" else None
    if elsewhere(e) or e["measure"] == "frequency-slope" and own is None:  # without outputs no slope is recomputed
        rows.append(name | stated(e))
        continue
    if own is not None:
        rows.append(name | dict(value=own["slope"], low=own.get("low"), high=own.get("high"), p=own.get("p")))
        continue
    places, combine = parts_of(i, e)
    value = combine(*[own_value(run["estimates"][j]) for j in places])
    draws = lambda kind: [drawn.get(("estimates", j, kind), np.array([])) for j in places]
    cut = lambda many: combine(*[one[:min(map(len, many))] for one in many])
    found = interval(e, value, cut(draws("resample")), cut(draws("permutation")))
    if e["method"] == "kendall-distance":
        found["p"] = np.nan  # tested as tau-b
    rows.append(name | found)
for i, e in enumerate(run.get("parts", {}).get("estimates", [])):  # groups of examples, lists of groups
    if e["value"] is not None:
        found = interval(e, e["value"], *[drawn["parts", i, kind] for kind in ["resample", "permutation"]])
        rows.append(dict(list="parts", estimate=i, measure=e["measure"], method=e["method"], task=e["task"], n=e["n"], model=e["model"]) | found)
intervals = pd.DataFrame(rows)`;

/** Corrections for many tests: Holm, and Benjamini and Hochberg. */
const familyPython = `def holm(p):
    order = np.argsort(p, kind="stable")
    steps = np.minimum(1, np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order]))
    return steps[np.argsort(order, kind="stable")]

for _, own in intervals[intervals.p.notna()].groupby("list"):  # each list is a family of tests
    intervals.loc[own.index, "holm"] = holm(own.p.to_numpy(float))
    intervals.loc[own.index, "bh"] = stats.false_discovery_control(own.p.to_numpy(float))`;
