"""The same resamples with NumPy and SciPy: draws of clusters are read from a file, the points they draw are written out,
and Spearman of each model with the corpus is taken: `spearmanr` by scipy.stats.spearmanr, as is usual; `ranks` ranks the
corpus once a resample for all models, which SciPy does not do by itself."""
import json
import sys
import time

import numpy as np
from scipy.stats import rankdata, spearmanr

folder, way = sys.argv[1], sys.argv[2]
shape = json.load(open(f"{folder}/shape.json"))
points, models, resamples = shape["points"], shape["models"], shape["resamples"]
columns = np.fromfile(f"{folder}/columns.f64").reshape(models + 1, points)
clusters = np.fromfile(f"{folder}/clusters.u32", dtype=np.uint32)
draws = np.fromfile(f"{folder}/draws.u32", dtype=np.uint32).reshape(resamples, -1)


def spearman_by_ranks(x_ranks, y):
    """spearmanr ranks both sides at every call; here the corpus's side is ranked once a resample."""
    y_ranks = rankdata(y)
    return np.corrcoef(x_ranks, y_ranks)[0, 1]


started = time.perf_counter()
values = []
for counts in draws:
    index = np.repeat(np.arange(points), counts[clusters])
    x = columns[0, index]
    if way == "spearmanr":
        values.append([spearmanr(x, columns[m + 1, index]).statistic for m in range(models)])
    else:
        x_ranks = rankdata(x)
        values.append([spearman_by_ranks(x_ranks, columns[m + 1, index]) for m in range(models)])
seconds = time.perf_counter() - started
json.dump({"seconds": seconds, "values": values}, sys.stdout)
