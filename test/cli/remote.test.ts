import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  fakeServer,
  type FakeServer,
  echoed,
  respond,
  served,
  wordServer,
  wordTokens,
} from "../models/remote/fake-server.ts";
import { runOf, strangersFolder } from "../study/stranger.ts";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

const env = { ROTE_API_KEY: "sk-very-secret" };
const lines =
  '{"context":"one two","continuation":" three four"}\n{"context":"one two","continuation":" five"}\n';

test("score asks a server, with the key of the environment", async () => {
  await using server = await wordServer();
  const outcome = await rote(["score", "--model", `${server.url}/v1#tiny`, "--requests", "-"], {
    stdin: lines,
    env,
  });
  expect(outcome).toMatchObject({ stderr: "", code: 0 });
  expect(jsonLines(outcome.stdout)).toEqual([
    { logLikelihood: -11.625, isGreedy: false, ids: [106, 105], logProbs: [-6.25, -5.375] },
    { logLikelihood: -5.25, isGreedy: false, ids: [105], logProbs: [-5.25] },
  ]);
  expect(
    server.asked.every(({ request }) => request.headers.authorization === "Bearer sk-very-secret"),
  ).toBe(true);
});

test("a request the server refuses is named by its line, without the key", async () => {
  await using server = await wordServer(({ body, response }, place) =>
    place > 0 && String(body.prompt).endsWith("five")
      ? respond(response, 400, "sk-very-secret has no right to be so long")
      : undefined,
  );
  const { stderr, code } = await rote(["score", "--model", `${server.url}/v1`, "--requests", "-"], {
    stdin: lines,
    env,
  });
  expect(code).toBe(2);
  expect(stderr).toContain("standard input:2: ");
  expect(stderr).toContain("(the key) has no right");
  expect(stderr).not.toContain("sk-very-secret");
});

test("generate asks a server; ids it does not tell are left empty", async () => {
  await using server = await fakeServer(({ path }) =>
    path === "/v1/models" ? served : { choices: [{ message: { content: "Hello" } }] },
  );
  const args = ["generate", "--model", `${server.url}/v1/chat/completions`, "--requests", "-"];
  const { stdout, stderr } = await rote(args, { stdin: '{"prompt":"Hi"}\n', env });
  expect({ stderr, answers: jsonLines(stdout) }).toEqual({
    stderr: "",
    answers: [{ text: "Hello", ids: [], logProbs: [] }],
  });
});

/** vLLM over words; each text it is asked to score is counted. `fails` tells what to refuse. */
function studyServer(fails: (prompt: string) => boolean): Promise<FakeServer> {
  return fakeServer(({ path, body, response }) => {
    if (path === "/v1/models") return served;
    if (body.echo !== true)
      return {
        choices: [
          { text: " Oslo", logprobs: { tokens: [" Oslo"], token_logprobs: [-1] }, token_ids: [9] },
        ],
      };
    return fails(String(body.prompt))
      ? respond(response, 403, "quota used up")
      : echoed(wordTokens(body.prompt));
  });
}

test("a study goes on with a server where it stopped, and keeps the key to itself", async () => {
  const folder = strangersFolder();
  let quota = 60;
  await using server = await studyServer(() => quota-- <= 0);
  const path = join(folder, "study.yaml");
  const study = readFileSync(path, "utf8").replace(
    /models: .*/,
    `models: ["${server.url}/v1#tiny"]`,
  );
  writeFileSync(path, study);
  const run = () => rote(["run", "study.yaml", "--out", "out"], { cwd: folder, env });
  const stopped = await run();
  expect(stopped.code).toBe(2);
  expect(stopped.stderr).toContain(
    "quota used up; check the key in the environment variable ROTE_API_KEY",
  );
  quota = Infinity;
  const finished = await run();
  expect(finished.code).toBe(0);
  // The first batch was kept: what it asked for was asked for once.
  const times = (text: string) =>
    server.asked.filter(({ body }) => body.prompt === text && body.echo === true).length;
  expect(times("The home of zora is Paris")).toBe(1);
  expect(times("The home of zort is Bern")).toBe(1);
  const { identities } = runOf(folder, "out");
  expect(identities.models).toMatchObject([
    { family: "remote", parameters: null, sha256: null, url: `${server.url}/v1` },
  ]);
  for (const name of filesOf(join(folder, "out")))
    expect(readFileSync(name).includes("sk-very-secret")).toBe(false);
  expect(stopped.stderr + finished.stderr + finished.stdout).not.toContain("sk-very-secret");
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile());
}

test("a study asks servers as --jobs, --rate and --timeout say", async () => {
  const folder = strangersFolder();
  let [underWay, most] = [0, 0];
  await using server = await fakeServer(async ({ path, body }) => {
    if (path === "/v1/models") return served;
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 2));
    underWay--;
    if (body.echo === true) return echoed(wordTokens(body.prompt));
    return { choices: [{ text: " Oslo", logprobs: null }] };
  });
  const path = join(folder, "study.yaml");
  const study = readFileSync(path, "utf8").replace(/models: .*/, `models: ["${server.url}/v1"]`);
  writeFileSync(path, study);
  const run = (...flags: string[]) =>
    rote(["run", "study.yaml", "--out", "out", ...flags], { cwd: folder });
  expect((await run("--rate", "0")).stderr).toContain('--rate must be a number, above 0, got "0"');
  expect(await run("--jobs", "3", "--rate", "1000000", "--timeout", "60")).toMatchObject({
    code: 0,
  });
  expect(most).toBe(3);
});

test("a study with a password in a model's URL is refused before anything is written", async () => {
  using directory = freshDirectory();
  const path = directory.in("study.yaml");
  writeFileSync(
    path,
    'name: s\ncorpus: { files: x }\ntasks: [{ name: t, file: t.jsonl }]\nmodels: ["https://me:hunter2@host/v1"]\n',
  );
  const { stderr, code } = await rote(["run", path, "--out", directory.in("out")]);
  expect(code).toBe(2);
  expect(stderr).toContain("give the key in the environment variable ROTE_API_KEY");
  expect(stderr).not.toContain("hunter2");
  expect(readdirSync(directory.path)).toEqual(["study.yaml"]);
});
