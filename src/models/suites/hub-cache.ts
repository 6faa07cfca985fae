/**
 * The cache of Hugging Face's libraries, which ours reads and never writes:
 *
 *   models--ORG--NAME/
 *     refs/REVISION          the commit of a branch, tag or pull request ("refs/pr/1" lies deeper)
 *     snapshots/COMMIT/…     the files of a commit, as links into blobs/
 *     blobs/HASH             their contents; *.incomplete while they are fetched
 *
 * Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { nearest, RoteError } from "../../base/errors.ts";
import { exists, fileError, readText } from "../../base/files.ts";

/** A revision that the cache holds. */
export interface CachedRevision {
  /** As it was asked for; the commit where nothing names it. */
  readonly revision: string;
  readonly folder: string;
}

const PREFIX = "models--";

/** The folder of a model in a cache, `ORG/NAME` given. */
export function repositoryFolder(cache: string, name: string): string {
  return join(cache, PREFIX + name.replaceAll("/", "--"));
}

/** ORG/NAME of a model's folder in a cache; undefined for other folders. */
export async function repositoryName(folder: string): Promise<string | undefined> {
  const name = basename(folder);
  if (!name.startsWith(PREFIX) || !(await exists(join(folder, "snapshots")))) return undefined;
  return name.slice(PREFIX.length).replaceAll("--", "/");
}

/** Every revision of a model that has a name or files, by name. */
export async function cachedRevisions(repository: string): Promise<readonly CachedRevision[]> {
  const named: CachedRevision[] = [];
  for (const revision of await refsUnder(join(repository, "refs")))
    named.push({ revision, folder: await snapshotOf(repository, revision) });
  const known = new Set(named.map(({ folder }) => folder));
  const commits = (await foldersIn(join(repository, "snapshots")))
    .map((commit) => ({ revision: commit, folder: join(repository, "snapshots", commit) }))
    .filter(({ folder }) => !known.has(folder));
  return [...named, ...commits];
}

/** The snapshot of a revision: the name of a branch, a tag or a commit. */
export async function findRevision(repository: string, revision: string): Promise<CachedRevision> {
  const revisions = await cachedRevisions(repository);
  const found =
    revisions.find((each) => each.revision === revision) ??
    revisions.find(({ folder }) => basename(folder) === revision);
  if (found !== undefined) return found;
  const names = revisions.map((each) => each.revision);
  const near = nearest(revision, names);
  throw new RoteError(
    "file/missing",
    `${repository} holds no revision ${JSON.stringify(revision)}; ${near === undefined ? `it holds ${listed(names)}` : `did you mean ${near}?`}`,
    { repository, revision },
  );
}

/** Names for a message, the first of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  if (names.length === 0) return "none";
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

async function snapshotOf(repository: string, revision: string): Promise<string> {
  const path = join(repository, "refs", revision);
  const commit = (await readText(path)).trim();
  if (/^[\w-]{1,128}$/.test(commit)) return join(repository, "snapshots", commit);
  throw new RoteError("file/malformed", `${path} names no commit`, { path });
}

async function refsUnder(folder: string, prefix = ""): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = prefix + entry.name;
    if (entry.isDirectory()) names.push(...(await refsUnder(folder, `${name}/`)));
    else if (entry.isFile()) names.push(name);
  }
  return names;
}

/** Names of the folders in a folder, sorted; links to folders are followed, hidden ones left out. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const linked = entry.isSymbolicLink() && (await isFolder(join(folder, entry.name)));
    if (entry.isDirectory() || linked) names.push(entry.name);
  }
  return names.sort();
}

async function isFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
