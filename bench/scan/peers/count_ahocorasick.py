"""The work of `rote count` with pyahocorasick, on ASCII text: words are runs of a-z and 0-9 in lower case.

    python3 count_ahocorasick.py CORPUS.jsonl PAIRS.tsv > ROWS.jsonl

A document becomes its words with a space around each, and so does a phrase: the automaton then finds every
occurrence, overlapping ones too. The documents of a phrase are a set, those of a pair an intersection.
Rows come out as `rote count --json` prints them, times as one line of JSON on standard error.
"""

import json
import re
import sys
import time

import ahocorasick

WORD = re.compile("[a-z0-9]+")


def main(corpus_path, pairs_path):
    times = [time.perf_counter()]
    with open(pairs_path, encoding="ascii") as lines:
        pairs = [line.rstrip("\n").split("\t") for line in lines]
    times.append(time.perf_counter())

    numbers = {}
    for phrase in (phrase for pair in pairs for phrase in pair):
        numbers.setdefault(phrase, len(numbers))
    automaton = ahocorasick.Automaton()
    for phrase, number in numbers.items():
        automaton.add_word(f" {phrase} ", number)
    automaton.make_automaton()
    times.append(time.perf_counter())

    occurrences = [0] * len(numbers)
    documents = [set() for _ in numbers]
    with open(corpus_path, encoding="ascii") as lines:
        for document, line in enumerate(lines):
            words = WORD.findall(json.loads(line)["text"].lower())
            for _, number in automaton.iter(f" {' '.join(words)} "):
                occurrences[number] += 1
                documents[number].add(document)
    rows = [(numbers[a], numbers[b]) for a, b in pairs]
    both = [len(documents[a] & documents[b]) for a, b in rows]
    times.append(time.perf_counter())

    for (a, b), (i, j), count in zip(pairs, rows, both):
        row = {"a": a, "b": b, "codf": count, "dfA": len(documents[i]), "dfB": len(documents[j])}
        row |= {"tfA": occurrences[i], "tfB": occurrences[j]}
        sys.stdout.write(json.dumps(row, separators=(",", ":")) + "\n")
    times.append(time.perf_counter())
    names = ["read", "prepared", "pass", "written"]
    seconds = {name: end - start for name, start, end in zip(names, times, times[1:])}
    print(json.dumps(seconds), file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
