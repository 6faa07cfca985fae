/** What a stranger meets who scores with a model that is damaged or does not fit. */
import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

const source = "data/demo/models/0.36M";
const scratch = freshDirectory();
afterAll(() => {
  scratch[Symbol.dispose]();
});

type Entries = Record<string, unknown>;

/** A copy of a model of the demo with an entry of one of its JSON files changed. */
function copyOf(name: string, file = "", change: (entries: Entries) => void = () => undefined) {
  const folder = scratch.in(name);
  cpSync(source, folder, { recursive: true });
  if (file === "") return folder;
  const entries = JSON.parse(readFileSync(join(folder, file), "utf8")) as Entries;
  change(entries);
  writeFileSync(join(folder, file), JSON.stringify(entries));
  return folder;
}

async function score(model: string, context: string, continuation: string) {
  const stdin = `${JSON.stringify({ context, continuation })}\n`;
  return rote(["score", "--model", model, "--requests", "-"], { stdin });
}

test("a truncated file is named with where it ends", async () => {
  const folder = copyOf("truncated");
  truncateSync(join(folder, "model.safetensors"), 1000);
  const { stderr, code } = await score(folder, "a", " b");
  expect(stderr).toMatch(/^rote score: .*model\.safetensors.*1000/);
  expect(code).toBe(2);
});

test("a token that the model does not have is named with the request", async () => {
  const folder = copyOf("larger-tokenizer", "tokenizer.json", (entries) => {
    const added = { special: true, normalized: false, single_word: false, lstrip: false };
    const token = { id: 70_000, content: "<new>", rstrip: false, ...added };
    entries.added_tokens = [...(entries.added_tokens as unknown[]), token];
  });
  expect(await score(folder, "a", " b")).toMatchObject({ stderr: "", code: 0 });
  const { stderr, code } = await score(folder, "a", " <new>");
  expect(stderr).toMatch(/^rote score: standard input:1: token id 70000 is not among the model's/);
  expect(code).toBe(2);
});

test("an architecture that is not known is named with those that are", async () => {
  const folder = copyOf("unknown", "config.json", (entries) => {
    entries.model_type = "mamba";
  });
  const { stderr } = await score(folder, "a", " b");
  expect(stderr).toMatch(/config\.json has model_type "mamba"; known are gpt_neox, gpt2, .*gemma2/);
});

test("a config.json of another model is found out by the tensors", async () => {
  const more = copyOf("more", "config.json", (entries) => {
    entries.num_hidden_layers = Number(entries.num_hidden_layers) + 1;
  });
  expect((await score(more, "a", " b")).stderr).toMatch(/model\.safetensors has no tensor /);
  const fewer = copyOf("fewer", "config.json", (entries) => {
    entries.num_hidden_layers = Number(entries.num_hidden_layers) - 1;
  });
  expect((await score(fewer, "a", " b")).stderr).toMatch(/tensor \S+ of shape .* has no place in/);
});

test("an empty continuation is refused by its line", async () => {
  const { stderr, code } = await score(source, "a", "");
  expect(stderr).toContain("standard input:1: the continuation is empty");
  expect(code).toBe(2);
});

test("a context longer than the model is cut, and by how much is said", async () => {
  const { stdout, stderr } = await score(source, "word ".repeat(2000), " b");
  const [answer] = jsonLines(stdout) as { cutTokens: number }[];
  expect(answer!.cutTokens).toBeGreaterThan(1000);
  expect(stderr).toMatch(/^1 request was longer than the model reads/);
});
