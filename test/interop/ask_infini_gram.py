"""Asks the infini-gram package what a JSON object on standard input asks; prints a JSON object."""

import json
import sys
import types
from argparse import Namespace

VOCABULARY = {"u8": 255, "u16": 65535, "u32": 4294967295}


def answer(asked):
    """Counts, probabilities and documents of an index."""
    from infini_gram.engine import InfiniGramEngine

    kind = asked["tokenType"]
    engine = InfiniGramEngine(
        index_dir=asked["index"],
        eos_token_id=0,
        vocab_size=VOCABULARY[kind],
        version=4,
        token_dtype=kind,
    )
    last = engine.get_doc_by_ix(doc_ix=asked["documents"] - 1, max_disp_len=10)
    return {
        "counts": [engine.count(ids)["count"] for ids in asked["queries"]],
        "segments": [engine.find(ids)["segment_by_shard"] for ids in asked["queries"]],
        "metadata": last["metadata"],
        "length": last["doc_len"],
    }


def sort(asked):
    """Write the table of the file tokenized.0 in a folder, on so many processors."""
    # The module wants a tokenizer's package that sorting does not use.
    sys.modules["transformers"] = types.ModuleType("transformers")
    from contextlib import redirect_stdout

    from infini_gram import indexing

    folder = asked["folder"]
    width = {"u8": 1, "u16": 2, "u32": 4}[asked["tokenType"]]
    arguments = {"save_dir": folder, "temp_dir": folder, "shards": 1, "workers": 1, "worker_id": 0}
    with redirect_stdout(sys.stderr):
        indexing.build_sa(Namespace(**arguments, cpus=asked["cpus"], mem=1, token_width=width))
    return {}


asked = json.load(sys.stdin)
print(json.dumps({"answer": answer, "sort": sort}[asked["ask"]](asked)))
