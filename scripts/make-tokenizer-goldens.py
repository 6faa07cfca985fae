"""
Writes test/tokenizers/goldens/NAME.json.gz: small tokenizers trained with the published rules of
well-known models, and what Hugging Face `tokenizers` makes of hard and random strings with them.

    python -m venv venv && venv/bin/pip install tokenizers==0.23.2
    venv/bin/python scripts/make-tokenizer-goldens.py

Reads novels from ../shared/data to train on. A file holds {"tokenizer", "cases": [{"text", "ids",
"offsets", "decoded"}]}; offsets are pairs in UTF-16 units, of tokens as the model made them: the
post-processor, which may trim spaces from offsets and add tokens, is left out of the encoding.
"""
import gzip
import json
import random
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, processors
from tokenizers import pre_tokenizers as pre
from tokenizers.models import BPE, Unigram, WordPiece
from tokenizers.trainers import BpeTrainer, UnigramTrainer, WordPieceTrainer

OUT = Path("test/tokenizers/goldens")
NOVELS = Path("../shared/data/corpora/eltec/eltec-mini-7lang.jsonl.gz")

# The rules as their publishers spell them.
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")
QWEN35 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
GPT4 = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"


def cased(contractions, digits):
    head = r"[^\r\n\p{L}\p{N}]?"
    return (
        f"{head}{UPPER}*{LOWER}+{contractions}|{head}{UPPER}+{LOWER}*{contractions}|{digits}"
        r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )


O200K = cased(CONTRACTIONS + "?", r"\p{N}{1,3}")
TEKKEN = cased("", r"\p{N}")
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
DEEPSEEK3 = (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
    r"""| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
)


def split(pattern, behavior="isolated", invert=False):
    return pre.Split(Regex(pattern), behavior, invert)


def byte_level(*splits, regex=False, space=False):
    last = pre.ByteLevel(add_prefix_space=space, use_regex=regex)
    return pre.Sequence([*splits, last]) if splits else last


def novels():
    with gzip.open(NOVELS, "rt") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    parts = [text[2000:5000] for text in texts[::5]]
    code = 'def f(x1, y_2):\n    if x1 == 1024:\n\t\treturn "a-b/c" # 3.14159\n\n\n' * 20
    return [*parts, code, "東京に行きました。 안녕하세요 मानक हिन्दी العربية. " * 20]


def hard_texts():
    rng = random.Random(6)
    ranges = [(0x20, 0x7E)] * 3 + [(0xA0, 0x5FF), (0x900, 0xDFF), (0x1E00, 0x2FFF), (0x3040, 0xD7A3), (0x1F300, 0x1F6FF)]
    frequent = [" ", " ", "\n", "\t", "'", "\u0301", "\u00a0", "\u0085", "s", "1", ".", "\r\n", "'LL", "  ", "\u017f", "😀"]

    def character():
        if rng.random() < 0.4:
            return rng.choice(frequent)
        return chr(rng.randint(*rng.choice(ranges)))

    hard = json.loads((Path("test/tokenizers/hard-strings.json")).read_text())
    # A lone surrogate cannot be told to Python.
    hard = [text for text in hard if not any(0xD800 <= ord(c) <= 0xDFFF for c in text)]
    return hard + ["".join(character() for _ in range(rng.randint(1, 40))) for _ in range(80)]


def special(content, **flags):
    return AddedToken(content, special=True, normalized=False, **flags)


def train_bpe(pre_tokenizer, normalizer=None, size=600, specials=("<|endoftext|>",), ignore_merges=False):
    tokenizer = Tokenizer(BPE(ignore_merges=ignore_merges))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=size,
        show_progress=False,
        initial_alphabet=pre.ByteLevel.alphabet(),
        special_tokens=[special(s) for s in specials],
    )
    tokenizer.train_from_iterator(novels(), trainer)
    return tokenizer


def template(tokenizer, token, *before):
    one = processors.TemplateProcessing(single=f"{token} $A", pair=None, special_tokens=[(token, tokenizer.token_to_id(token))])
    tokenizer.post_processor = processors.Sequence([*before, one]) if before else one


def gpt2():
    tokenizer = train_bpe(byte_level(regex=True))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    return tokenizer


def roberta():
    tokenizer = train_bpe(byte_level(regex=True, space=True), specials=("<s>", "</s>", "<mask>"))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0), add_prefix_space=True)
    return tokenizer


def neox():
    tokenizer = train_bpe(byte_level(regex=True), normalizers.NFC(), specials=("<|endoftext|>", "<|padding|>"))
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(24, 1, -1)])
    return tokenizer


def added():
    """Every flag that an added token can have, and several that begin alike."""
    tokenizer = train_bpe(byte_level(split(QWEN2)), normalizers.NFC())
    flags = [("lstrip", {"lstrip": True}), ("rstrip", {"rstrip": True}), ("word", {"single_word": True}), ("both", {"lstrip": True, "rstrip": True, "single_word": True})]
    for name, options in flags:
        tokenizer.add_tokens([AddedToken(name, normalized=False, **options), AddedToken(f"{name}é", normalized=True, **options)])
    tokenizer.add_tokens([AddedToken("the", normalized=True), AddedToken("there", normalized=True), AddedToken("  ", normalized=False)])
    return tokenizer


def llama3():
    tokenizer = train_bpe(byte_level(split(LLAMA3)), ignore_merges=True, specials=("<|begin_of_text|>", "<|end_of_text|>"))
    # What ignore_merges is for: a token that no merges make.
    json_form = json.loads(tokenizer.to_str())
    for word in ["Ġmarvellous", "Ġ1234"]:
        json_form["model"]["vocab"][word] = len(json_form["model"]["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(json_form))
    template(tokenizer, "<|begin_of_text|>", processors.ByteLevel(trim_offsets=False))
    return tokenizer


def deepseek3():
    splits = [split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK3)]
    return train_bpe(byte_level(*splits))


def deepseek_coder():
    splits = [split(r"[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), split("[一-龥ࠀ-一가-퟿]+")]
    return train_bpe(byte_level(*splits, pre.Digits(individual_digits=True)))


def llama2():
    tokenizer = Tokenizer(BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    sentences = [s for text in novels() for s in text.replace("\n", " ").split(". ")]
    specials = ["<unk>", "<s>", "</s>", *[f"<0x{b:02X}>" for b in range(256)]]
    trained = Tokenizer(BPE(unk_token="<unk>"))
    trained.normalizer = tokenizer.normalizer
    trained.pre_tokenizer = pre.Split("▁", "merged_with_next")
    trainer = BpeTrainer(vocab_size=800, show_progress=False, limit_alphabet=120, special_tokens=specials)
    trained.train_from_iterator(sentences, trainer)
    model = json.loads(trained.to_str())["model"]
    whole = json.loads(tokenizer.to_str())
    whole["model"].update(vocab=model["vocab"], merges=model["merges"])
    tokenizer = Tokenizer.from_str(json.dumps(whole))
    tokenizer.add_special_tokens([special("<unk>"), special("<s>"), special("</s>")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    template(tokenizer, "<s>")
    return tokenizer


def metaspace():
    """SentencePiece BPE as converted since 2024: Metaspace with bytes to fall back on."""
    whole = json.loads(llama2().to_str())
    whole["normalizer"] = None
    whole["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    return Tokenizer.from_str(json.dumps(whole))


def unigram():
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = UnigramTrainer(vocab_size=700, show_progress=False, unk_token="<unk>", special_tokens=["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.train_from_iterator(novels(), trainer)
    return tokenizer


def wordpiece():
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = WordPieceTrainer(vocab_size=700, show_progress=False, limit_alphabet=200, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.train_from_iterator(novels(), trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def clip():
    tokenizer = Tokenizer(BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    rule = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tokenizer.pre_tokenizer = byte_level(split(rule, "removed", True))
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre.ByteLevel.alphabet()
    trainer = BpeTrainer(vocab_size=900, show_progress=False, initial_alphabet=alphabet, end_of_word_suffix="</w>", special_tokens=["<|startoftext|>", "<|endoftext|>"])
    tokenizer.train_from_iterator(novels(), trainer)
    return tokenizer


TOKENIZERS = {
    "gpt2": gpt2,
    "roberta": roberta,
    "neox": neox,
    "added": added,
    "llama3": llama3,
    "qwen2": lambda: train_bpe(byte_level(split(QWEN2)), normalizers.NFC()),
    "qwen3.5": lambda: train_bpe(byte_level(split(QWEN35)), normalizers.NFC()),
    "gpt4": lambda: train_bpe(byte_level(split(GPT4, "removed", True))),
    "o200k": lambda: train_bpe(byte_level(split(O200K))),
    "tekken": lambda: train_bpe(byte_level(split(TEKKEN))),
    "bloom": lambda: train_bpe(byte_level(split(BLOOM))),
    "starcoder": lambda: train_bpe(byte_level(pre.Digits(individual_digits=True), regex=True)),
    "deepseek3": deepseek3,
    "deepseek-coder": deepseek_coder,
    "llama2": llama2,
    "metaspace": metaspace,
    "unigram": unigram,
    "wordpiece": wordpiece,
    "clip": clip,
}


def utf16_units(text, offsets):
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [units[place] for pair in offsets for place in pair]


def cases(tokenizer, texts):
    whole = json.loads(tokenizer.to_str())
    whole["post_processor"] = None
    bare = Tokenizer.from_str(json.dumps(whole))
    for text in texts:
        encoding = bare.encode(text, add_special_tokens=False)
        decoded = bare.decode(encoding.ids, skip_special_tokens=False)
        yield {"text": text, "ids": encoding.ids, "offsets": utf16_units(text, encoding.offsets), "decoded": decoded}


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    OUT.mkdir(parents=True, exist_ok=True)
    texts = hard_texts()
    for name, make in TOKENIZERS.items():
        tokenizer = make()
        content = {"tokenizer": json.loads(tokenizer.to_str()), "cases": list(cases(tokenizer, texts))}
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        with open(OUT / f"{name}.json.gz", "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as out:
            out.write(data)
        print(name, tokenizer.get_vocab_size(), len(data))


main()
