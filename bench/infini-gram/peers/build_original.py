"""Runs the original's builder, `infini_gram.indexing`, with its own arguments; the first and the second step print
their seconds as the last line, a JSON object.

Its tokenizer `olmo`, the only fast one it offers, is fetched from a hub; in its place the same class is made of
the GPT-NeoX file beside the repository. Without `--tokenizer` nothing is tokenized: the tokens are there.
"""

import json
import os
import resource
import sys
import time

from infini_gram import indexing

TOKENIZER = os.path.abspath("../shared/data/tokenizers/gpt-neox-20b/20B_tokenizer.json")
seconds = {}


def timed(name, step):
    def run(args):
        start = time.perf_counter()
        step(args)
        seconds[name] = time.perf_counter() - start

    return run


def use_local_tokenizer():
    import transformers

    def load(_, **options):
        return transformers.PreTrainedTokenizerFast(tokenizer_file=TOKENIZER, **options)

    transformers.AutoTokenizer.from_pretrained = load


# It raises the number of files that may be open, further than a user may.
sys.argv += ["--ulimit", str(resource.getrlimit(resource.RLIMIT_NOFILE)[1])]
if "--tokenizer" in sys.argv:
    use_local_tokenizer()
indexing.tokenize = timed("tokenize", indexing.tokenize)
indexing.build_sa = timed("sort", indexing.build_sa)
indexing.main()
print(json.dumps(seconds))
