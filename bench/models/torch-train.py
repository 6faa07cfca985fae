"""The training steps of train.mjs in PyTorch.

    python torch-train.py FOLDER [--model plain|transformers] [--compile] [--optimizer fused|foreach|single] [--threads 2]

FOLDER holds config.json, model.safetensors, training.json and tokens.bin as train.mjs writes them. A first line
says that it is ready; then each line `N` on standard input asks for N steps, and the answer is one line of JSON
with their losses and seconds.
"""

import argparse
import json
import math
import resource
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, inner = config["hidden_size"], config["intermediate_size"]
        self.heads = config["num_attention_heads"]
        self.input_layernorm = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        self.post_attention_layernorm = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        self.attention = nn.ModuleDict(
            {"query_key_value": nn.Linear(width, 3 * width), "dense": nn.Linear(width, width)}
        )
        self.mlp = nn.ModuleDict(
            {"dense_h_to_4h": nn.Linear(width, inner), "dense_4h_to_h": nn.Linear(inner, width)}
        )

    def forward(self, x, cos, sin):
        batch, length, width = x.shape
        apart = self.attention["query_key_value"](self.input_layernorm(x))
        apart = apart.view(batch, length, self.heads, -1).transpose(1, 2)
        query, key, value = apart.chunk(3, dim=-1)
        mixed = F.scaled_dot_product_attention(
            rotate(query, cos, sin), rotate(key, cos, sin), value, is_causal=True
        )
        attended = self.attention["dense"](mixed.transpose(1, 2).reshape(batch, length, width))
        inner = F.gelu(self.mlp["dense_h_to_4h"](self.post_attention_layernorm(x)))
        return x + attended + self.mlp["dense_4h_to_h"](inner)


def rotate(x, cos, sin):
    size = cos.shape[-1]
    turned, rest = x[..., :size], x[..., size:]
    a, b = turned.chunk(2, dim=-1)
    return torch.cat((turned * cos + torch.cat((-b, a), dim=-1) * sin, rest), dim=-1)


class GptNeox(nn.Module):
    """GPT-NeoX with a parallel residual and tied embeddings, no more than the benchmark needs."""

    def __init__(self, config, length):
        super().__init__()
        width = config["hidden_size"]
        self.embed_in = nn.Embedding(config["vocab_size"], width)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.final_layer_norm = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        size = int(width // config["num_attention_heads"] * config["rotary_pct"])
        frequencies = config["rotary_emb_base"] ** (-torch.arange(0, size, 2).double() / size)
        angles = torch.outer(torch.arange(length).double(), frequencies).repeat(1, 2)
        self.register_buffer("cos", angles.cos().float(), persistent=False)
        self.register_buffer("sin", angles.sin().float(), persistent=False)

    def forward(self, ids, labels):
        x = self.embed_in(ids)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin)
        logits = F.linear(self.final_layer_norm(x), self.embed_in.weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), labels.view(-1))


class Transformers(nn.Module):
    def __init__(self, folder):
        super().__init__()
        from transformers import AutoModelForCausalLM

        self.model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="sdpa"
        )

    def forward(self, ids, labels):
        logits = self.model(ids, use_cache=False).logits
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), labels.view(-1))


def load(folder, kind, length):
    if kind == "transformers":
        return Transformers(folder)
    model = GptNeox(json.loads((folder / "config.json").read_text()), length)
    weights = load_file(folder / "model.safetensors")
    model.load_state_dict({name.removeprefix("gpt_neox."): w for name, w in weights.items()})
    return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="plain")
    parser.add_argument("--optimizer", default="fused")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    training = json.loads((options.folder / "training.json").read_text())
    shape = (-1, training["batchSize"], training["sequenceLength"])
    stream = bytearray((options.folder / "tokens.bin").read_bytes())
    tokens = torch.frombuffer(stream, dtype=torch.int32).long()
    ids, labels = tokens[:-1].view(shape), tokens[1:].view(shape)
    model = load(options.folder, options.model, training["sequenceLength"])
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.dim() == 2]},
            {"params": [p for p in parameters if p.dim() != 2], "weight_decay": 0.0},
        ],
        lr=training["learningRate"],
        betas=(training["beta1"], training["beta2"]),
        eps=training["epsilon"],
        weight_decay=training["weightDecay"],
        **({options.optimizer: True} if options.optimizer in ("fused", "foreach") else {}),
    )
    forward = torch.compile(model) if options.compile else model
    done = 0
    print("{}", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        losses = []
        for _ in range(int(line)):
            batch = done % len(ids)
            done += 1
            loss = forward(ids[batch], labels[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, training["clip"])
            optimizer.step()
            losses.append(loss.item())
            assert math.isfinite(losses[-1])
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"losses": losses, "seconds": seconds, "peakBytes": peak}), flush=True)


main()
