"""Tiny random sentence encoders as sentence-transformers stores them, and their vectors.

Standard input: {"texts", "tokenizer" (the content of a tokenizer.json), "cases": [{"folder", "family",
"pooling", "dense", "prompts"}]}. Standard output: for each case the vectors, of length 1, of all texts,
without a role and as queries.
"""
import json
import os
import sys
import tempfile

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules
from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast

SIZES = {
    "vocab_size": 15,
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 32,
    "max_position_embeddings": 40,
    "pad_token_id": 0,
}


def save_base(folder, family, tokenizer, seed):
    torch.manual_seed(seed)
    model = AutoModel.from_config(AutoConfig.for_model(family, **SIZES)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    file = os.path.join(folder, "tokenizer.json")
    with open(file, "w") as out:
        out.write(tokenizer)
    marks = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_file=file, model_max_length=36, **marks).save_pretrained(folder)


def build(case, base):
    parts = [modules.Transformer(base)]
    parts.append(modules.Pooling(parts[0].get_embedding_dimension(), case["pooling"]))
    if case["dense"]:
        width = parts[1].get_embedding_dimension()
        parts.append(modules.Dense(width, 7, activation_function=torch.nn.Tanh()))
    parts.append(modules.Normalize())
    return SentenceTransformer(modules=parts, prompts=case["prompts"], device="cpu")


given = json.load(sys.stdin)
answers = []
for seed, case in enumerate(given["cases"]):
    with tempfile.TemporaryDirectory() as base:
        save_base(base, case["family"], given["tokenizer"], seed)
        model = build(case, base)
        model.save(case["folder"])
    named = {"prompt_name": "query"} if "query" in case["prompts"] else {}
    plain = model.encode(given["texts"], normalize_embeddings=True)
    answers.append({"plain": plain.tolist(), "query": model.encode(given["texts"], **named).tolist()})
print(json.dumps(answers))
