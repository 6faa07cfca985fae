"""Log-probabilities of the ids on standard input, by the model of a folder: python ask_transformers.py FOLDER."""
import json
import sys

import torch
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
ids = torch.tensor([json.load(sys.stdin)])
with torch.no_grad():
    scores = torch.log_softmax(model(ids).logits[0].double(), -1)
print(json.dumps([scores[t, ids[0, t + 1]].item() for t in range(ids.shape[1] - 1)]))
