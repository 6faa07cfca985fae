/** The little of Markdown that the documents' tests read: fences, headings, links, code spans. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface Fence {
  /** What follows the backticks. */
  readonly info: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** Documents of the repository that are written for readers. */
export function documents(): string[] {
  const docs = readdirSync("docs").filter((name) => name.endsWith(".md"));
  const others = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/demo/README.md"];
  return [...others, ...docs.sort().map((name) => `docs/${name}`)].filter((path) =>
    existsSync(path),
  );
}

/** Fenced blocks, and the text around them with the blocks' lines left empty. */
export function readMarkdown(path: string): { fences: Fence[]; prose: string } {
  const fences: Fence[] = [];
  const prose: string[] = [];
  let open: { info: string; mark: string; line: number; lines: string[] } | undefined;
  for (const [i, line] of readFileSync(path, "utf8").split("\n").entries()) {
    const [, mark, info] = /^ {0,3}(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
    if (open !== undefined && mark?.startsWith(open.mark) === true && info === "") {
      fences.push({ info: open.info, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else if (open !== undefined) open.lines.push(line);
    else if (mark !== undefined) open = { info: info!.trim(), mark, line: i + 1, lines: [] };
    prose.push(open === undefined && mark === undefined ? line : "");
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the fence is not closed`);
  return { fences, prose: prose.join("\n") };
}

/** Targets of links and pictures, in Markdown or HTML; code spans hold none. */
export function linksOf(prose: string): string[] {
  const text = prose.replace(/`[^`\n]*`/g, "``");
  const targets = [
    ...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g),
    ...text.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm),
    ...text.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g),
  ];
  return targets.map(([, target]) => target!);
}

/** Anchors of a document's headings, as forges make them, and of its HTML ids. */
export function anchorsOf(prose: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose.matchAll(/^ {0,3}#{1,6}\s+(.*?)\s*#*$/gm)) {
    const slug = slugOf(heading!);
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  for (const [, id] of prose.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(id!);
  return anchors;
}

/** Lower case, without punctuation, a hyphen for each space; a link counts as its text. */
function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
