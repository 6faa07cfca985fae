"""The side of requests.mjs and choices.mjs that uses PyTorch and transformers; requests-worker.mjs says how it is asked.

    python bench/models/torch-requests.py FOLDER TOKENIZER.json GROUPS.json THREADS BATCH

As lm-evaluation-harness 0.4 does it: the border of context and continuation by token counts, the
requests of a call longest first in batches of BATCH, padded on the right, the log-softmax of all
logits, the labels gathered. Weights and arithmetic in float32, inference mode.
"""

import json
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

folder, tokenizer_path, groups_path, threads, batch_size = sys.argv[1:]
torch.set_num_threads(int(threads))
with open(groups_path) as file:
    groups = json.load(file)
tokenizer = PreTrainedTokenizerFast(tokenizer_file=tokenizer_path)
end_of_text = tokenizer.convert_tokens_to_ids("<|endoftext|>")
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
longest = model.config.max_position_embeddings + 1


def encode(request):
    context, continuation = request["context"], request["continuation"]
    spaces = len(context) - len(context.rstrip())
    if spaces > 0:
        context, continuation = context[:-spaces], context[-spaces:] + continuation
    whole = tokenizer.encode(context + continuation, add_special_tokens=False)
    if context == "":
        return [end_of_text, *whole], len(whole)
    return whole, len(whole) - len(tokenizer.encode(context, add_special_tokens=False))


def score(requests):
    encoded = [encode(request) for request in requests]
    order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i][0]))
    results = [0.0] * len(encoded)
    for start in range(0, len(order), int(batch_size)):
        part = order[start : start + int(batch_size)]
        rows = [torch.tensor(encoded[i][0][-longest:]) for i in part]
        ids = torch.nn.utils.rnn.pad_sequence([row[:-1] for row in rows], batch_first=True)
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(row) - 1) for row in rows], batch_first=True)
        logits = model(ids, attention_mask=mask.long(), use_cache=False).logits
        log_probs = torch.log_softmax(logits, -1)
        for b, i in enumerate(part):
            count = encoded[i][1]
            labels = rows[b][-count:, None]
            end = len(rows[b]) - 1
            results[i] = log_probs[b, end - count : end].gather(-1, labels).sum().item()
    return results


def say(**answer):
    print(json.dumps(answer), flush=True)


with torch.inference_mode():
    score(groups[0])
    say(ready=True)
    for line in sys.stdin:
        start = time.perf_counter()
        scores = [value for group in groups for value in score(group)]
        seconds = time.perf_counter() - start
        if line.strip() == "check":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            say(logLikelihoods=scores, peakBytes=peak)
        else:
            say(seconds=seconds)
