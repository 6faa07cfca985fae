"""Tiny random models in the files that PyTorch and transformers write, and what they say.

Standard input: a list of {"folder", "family", "layout", "dtype"}, layout being bin, sharded-bin,
safetensors or sharded. Standard output: for each the ids, and their log-probabilities in float32.
"""
import json
import os
import sys

import torch
from transformers import AutoConfig, AutoModelForCausalLM

SHARED = {"vocab_size": 97, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
GROUPED = {**SHARED, "num_key_value_heads": 2, "intermediate_size": 48, "head_dim": 8}
CONFIGS = {
    "gpt_neox": {**SHARED, "intermediate_size": 64, "rotary_pct": 0.5},
    "gpt2": {"vocab_size": 97, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64},
    "llama": GROUPED,
    "qwen3": GROUPED,
    "olmo2": GROUPED,
}


def random_model(family, seed):
    torch.manual_seed(seed)
    ends = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": None}
    config = AutoConfig.for_model(family, **CONFIGS[family], **ends)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model


def save(model, folder, layout):
    os.makedirs(folder)
    if layout in ("safetensors", "sharded"):
        model.save_pretrained(folder, max_shard_size="20KB" if layout == "sharded" else "1GB")
        return
    model.config.save_pretrained(folder)
    state = model.state_dict()
    if layout == "bin":
        torch.save(state, os.path.join(folder, "pytorch_model.bin"))
        return
    # As transformers 4 wrote them; version 5 writes safetensors only.
    names, places = list(state), {}
    for shard, part in enumerate([names[: len(names) // 2], names[len(names) // 2 :]]):
        file = f"pytorch_model-{shard + 1:05}-of-00002.bin"
        torch.save({name: state[name] for name in part}, os.path.join(folder, file))
        places.update({name: file for name in part})
    with open(os.path.join(folder, "pytorch_model.bin.index.json"), "w") as index:
        json.dump({"metadata": {"total_size": 0}, "weight_map": places}, index)


def log_probs(model, ids):
    with torch.no_grad():
        scores = torch.log_softmax(model(torch.tensor([ids])).logits[0].double(), -1)
    return [scores[t, ids[t + 1]].item() for t in range(len(ids) - 1)]


answers = []
for seed, case in enumerate(json.load(sys.stdin)):
    model = random_model(case["family"], seed).to(getattr(torch, case["dtype"]))
    save(model, case["folder"], case["layout"])
    ids = [(7 * t + seed) % 97 for t in range(40)]
    answers.append({"ids": ids, "logProbs": log_probs(model.float(), ids)})
print(json.dumps(answers))
