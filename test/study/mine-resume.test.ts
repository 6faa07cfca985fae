import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rote } from "../cli/rote.ts";
import { fakeServer, type FakeServer, respond } from "../models/remote/fake-server.ts";
import { runOf, strangersFolder } from "./stranger.ts";

/** A server of vectors that follow from the texts; it refuses a request that `refuses` says. */
function embeddings(refuses: (texts: readonly string[]) => boolean): Promise<FakeServer> {
  return fakeServer(({ path, body, response }) => {
    if (path === "/v1/models") return { data: [{ id: "tiny-embedder" }] };
    const texts = body.input as string[];
    if (refuses(texts)) return respond(response, 403, "quota used up");
    const vectorOf = (text: string): number[] => [text.length % 7, text.charCodeAt(0) % 11, 1];
    return { data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })) };
  });
}

/** A stranger's study that mines with a server. */
function studyWith(server: FakeServer, mine = ""): string {
  const folder = strangersFolder();
  const path = join(folder, "study.yaml");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, `${text}embedder: "${server.url}/v1"\n${mine}`);
  return folder;
}

const run = (folder: string, out: string) =>
  rote(["run", "study.yaml", "--out", out], { cwd: folder });

const textsAsked = ({ asked }: FakeServer): string[] =>
  asked.flatMap(({ body }) => (body.input ?? []) as string[]);

test("mining that was interrupted goes on behind what it has, and finds the same pairs", async () => {
  let quota = true;
  // Names of one word are asked for at n = 1, after all of n = 3.
  await using server = await embeddings((texts) => quota && texts.includes("zorc"));
  const folder = studyWith(server);
  const stopped = await run(folder, "stopped");
  expect(stopped.stderr).toContain("quota used up");
  expect(textsAsked(server)).toContain("home of zorc");
  const before = server.asked.length;
  quota = false;
  expect(await run(folder, "stopped")).toMatchObject({ code: 0 });
  const later = server.asked.slice(before).flatMap(({ body }) => (body.input ?? []) as string[]);
  expect(later).toContain("zorc");
  expect(later).not.toContain("home of zorc");
  expect(await run(folder, "whole")).toMatchObject({ code: 0 });
  for (const name of ["pairs.parquet", "mining.json"])
    expect(readFileSync(join(folder, "stopped", name))).toEqual(
      readFileSync(join(folder, "whole", name)),
    );
  expect(existsSync(join(folder, "stopped", "partial"))).toBe(false);
});

test("vectors that a study keeps serve another run", async () => {
  await using server = await embeddings(() => false);
  const folder = studyWith(server, "mine: { cache: vectors }\n");
  expect(await run(folder, "first")).toMatchObject({ code: 0 });
  const before = textsAsked(server).length;
  expect(await run(folder, "second")).toMatchObject({ code: 0 });
  // One text is asked for to learn how many components a vector has.
  expect(textsAsked(server).slice(before)).toEqual(["Paris"]);
  expect(runOf(folder, "second").estimates).toEqual(runOf(folder, "first").estimates);
});
