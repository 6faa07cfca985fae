"""The original engine as a process that is asked by lines, as our-engine.mjs is:

    python original_engine.py INDEX ram|files END
"""

import json
import sys
from time import perf_counter

from infini_gram.engine import InfiniGramEngine

directory, where, end_of_document = sys.argv[1:]
begin = perf_counter()
engine = InfiniGramEngine(
    index_dir=directory,
    eos_token_id=int(end_of_document),
    vocab_size=65535,
    version=4,
    token_dtype="u16",
    load_to_ram=where == "ram",
    ds_prefetch_depth=0,
    sa_prefetch_depth=0,
    od_prefetch_depth=0,
    precompute_unigram_logprobs=True,
)
ALL = 2**40


def reply(value):
    print(json.dumps(value), flush=True)


def counts(answer):
    return [answer["prompt_cnt"], answer["cont_cnt"], answer["prob"]]


def distribution(answer):
    tokens = sorted(answer["result_by_token_id"].items())
    listed = [[token, found["cont_cnt"]] for token, found in tokens]
    return [answer["prompt_cnt"], answer["approx"], listed]


def attributed(answer):
    spans = [
        [span["l"], span["r"], span["count"], round(span["unigram_logprob_sum"], 2)]
        + [sorted([doc["s"], doc["ptr"]] for doc in span["docs"])]
        for span in answer["spans"]
    ]
    return [len(spans), spans]


# What is timed, and how its answer is told.
WORKS = {
    "count": (lambda q: engine.count(q[0]), lambda a: [a["count"]]),
    "prob": (lambda q: engine.prob(q[0], q[1][0]), counts),
    "infgram_prob": (
        lambda q: engine.infgram_prob(q[0], q[1][0]),
        lambda a: counts(a) + [a["suffix_len"]],
    ),
    "ntd": (lambda q: engine.ntd(q[0]), distribution),
    "ntd_exact": (lambda q: engine.ntd(q[0], max_support=ALL), distribution),
    "infgram_ntd": (
        lambda q: engine.infgram_ntd(q[0]),
        lambda a: distribution(a) + [a["suffix_len"]],
    ),
    "cnf": (
        lambda q: engine.count_cnf([[q[0]], [q[1]]]),
        lambda a: [a["count"], a["approx"]],
    ),
    "attribute": (
        lambda q: engine.attribute(q[0], delim_ids=[], min_len=1, max_cnt=10, enforce_bow=False),
        attributed,
    ),
}
files = {}


def questions_of(path):
    if path not in files:
        with open(path, encoding="ascii") as lines:
            files[path] = [
                [[int(number) for number in part.split()] for part in line.split("|")]
                for line in lines
            ]
    return files[path]


reply({"seconds": perf_counter() - begin})
for line in sys.stdin:
    work, file, mode = line.split()
    questions = questions_of(file)
    ask, tell = WORKS[work]
    start = perf_counter()
    answers = [ask(question) for question in questions]
    seconds = perf_counter() - start
    told = [tell(answer) for answer in answers]
    result = {"seconds": seconds, "sum": sum(answer[0] for answer in told)}
    reply({**result, "answers": told} if mode == "answers" else result)
