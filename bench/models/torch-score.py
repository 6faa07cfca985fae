"""The side of score.mjs that uses PyTorch and transformers; score-worker.mjs says how it is asked.

    python bench/models/torch-score.py FOLDER IDS.json THREADS eager|compiled

Weights and arithmetic in float32, scaled-dot-product attention, inference mode. Compiled, the
forward pass and the log-softmax are one function of fixed shape, which the first line waits for.
"""

import json
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM

folder, ids_path, threads, mode = sys.argv[1:]
torch.set_num_threads(int(threads))
with open(ids_path) as file:
    ids = torch.tensor(json.load(file))
model = AutoModelForCausalLM.from_pretrained(
    folder, dtype=torch.float32, attn_implementation="sdpa"
).eval()


def score(sequences):
    logits = model(sequences[:, :-1], use_cache=False).logits
    labels = sequences[:, 1:, None]
    return torch.log_softmax(logits, -1).gather(-1, labels)[..., 0]


def say(**answer):
    print(json.dumps(answer), flush=True)


with torch.inference_mode():
    if mode == "compiled":
        score = torch.compile(score, dynamic=False)
    score(ids if mode == "compiled" else ids[:1])
    say(ready=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "check":
            log_probs = score(ids).tolist()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            say(logProbs=log_probs, peakBytes=peak)
        else:
            start = time.perf_counter()
            for _ in range(int(rest[0])):
                score(ids)
            say(seconds=time.perf_counter() - start)
