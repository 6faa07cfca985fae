/** Python for how well models answer and how new their outputs are: values, and intervals of shares, which need no draws. */

/** Leaves `metrics`, one row a task, model and part. Builds on `outputs` and `wilson`. */
export const metricsPython = `told = pd.read_parquet("examples.parquet").rename(columns={"id": "example"})
told["group"] = told["group"] if "group" in told else None

def whole(own):  # groups where there are several and all have one, else examples
    is_grouped = own["group"].notna().all() and own["group"].nunique() > 1
    return own["group"] if is_grouped else pd.Series(range(len(own)), own.index)

def share(own):  # of column y; no value where one could not be judged
    value = own.y.mean(skipna=False)
    return dict(examples=len(own), value=value) | (wilson(own, whole) if value == value else {})

rows = []
answers = outputs.merge(told[["task", "example", "group"]], on=["task", "example"]).rename(columns={"correctness": "y"})
for (task, model, metric), own in answers.groupby(["task", "model", "metric"], sort=False):
    groups = own.groupby("group") if own["group"].nunique() > 1 else []
    for kind, part, table in [("task", task, own), *[("group", name, table) for name, table in groups]]:
        rows.append(dict(task=task, model=model, metric=metric, kind=kind, part=part) | share(table))
metrics = pd.DataFrame(rows)`;

/** Leaves `novelty`, one row a task, model, metric and part of the outputs. Builds on `share`. */
export const noveltyPython = `new = pd.read_parquet("novelty.parquet").assign(group=None)
correct = new.correctness >= 0.5
kinds = {"all": correct | True, "fluent": new.fluent, "correct": correct, "fluent-and-correct": new.fluent & correct}
rows = []
for kind, held in kinds.items():
    for (task, model), own in new[held].groupby(["task", "model"], sort=False):
        name = dict(task=task, model=model, outputs=kind)
        for metric, column in [("novel-pairs-per-1000-words", "novel"),
                               ("novel-pairs-of-known-parts-per-1000-words", "novelOfKnown")]:
            value = 1000 * own[column].sum() / own.words.sum() if own.words.sum() else np.nan
            rows.append(name | dict(metric=metric, examples=len(own), value=value))
        if kind == "all":
            for metric, y in [("correctness", own.correctness), ("fluent-share", own.fluent * 1.0),
                              ("repetition", own.repetition.dropna())]:
                rows.append(name | dict(metric=metric) | share(own.loc[y.index].assign(y=y)))
            read = own[own.referenceLogLikelihood.notna()]
            surprise = -read.referenceLogLikelihood.sum() / read.referenceTokens.sum() if len(read) else np.nan
            rows.append(name | dict(metric="reference-perplexity", examples=len(own), value=np.exp(surprise)))
novelty = pd.DataFrame(rows)`;
