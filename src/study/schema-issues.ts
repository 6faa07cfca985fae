/** What is wrong with a study file, in words: zod's issues as one error that names the key and the way out. */
import type { z } from "zod";
import { nearest, RoteError } from "../base/errors.ts";

type Issue = z.core.$ZodIssue;

/** The error of the issue that says most; `knownKeys` lists the keys of the section at a path. */
export function studyError(
  issues: readonly Issue[],
  source: string,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): RoteError {
  const unknown = issues.find(({ code }) => code === "unrecognized_keys");
  const issue = deepestIssue(unknown ?? issues[0]!);
  const at = issue.path.join(".");
  if (issue.code !== "unrecognized_keys")
    return new RoteError(
      "study/malformed",
      `${source}: ${at === "" ? "the study" : at}: ${whatIsWrong(issue)}`,
      { path: at },
    );
  const key = issue.keys[0]!;
  const known = knownKeys(issue.path);
  const near = nearest(key, known);
  const hint = near === undefined ? `known: ${known.join(", ")}` : `did you mean "${near}"?`;
  const where = at === "" ? "" : ` in ${at}`;
  return new RoteError("study/unknown-key", `${source}: unknown key "${key}"${where}; ${hint}`, {
    key,
    near,
  });
}

/** zod's words for a key that is not there speak of types; ours of the key. */
function whatIsWrong(issue: Issue): string {
  return isMissing(issue) ? "is missing" : issue.message;
}

function isMissing(issue: Issue): boolean {
  if (issue.code === "invalid_union")
    return issue.errors.every(([first]) => first !== undefined && isMissing(first));
  return issue.code === "invalid_type" && issue.message.endsWith("received undefined");
}

/** A union reports its branches' issues inside; the one that got furthest says most. */
function deepestIssue(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().map((branch) => {
    const found = deepestIssue(branch);
    return { ...found, path: [...issue.path, ...found.path] };
  });
  const unknown = inner.find(({ code }) => code === "unrecognized_keys");
  const deepest = inner.reduce<Issue>(
    (best, next) => (next.path.length > best.path.length ? next : best),
    issue,
  );
  return unknown ?? deepest;
}
