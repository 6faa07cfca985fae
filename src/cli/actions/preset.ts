/** What `rote run` prints of a study under a preset: the default's result beside it, and what each option alone changes. */
import type { ComparedEstimate, ComparedResult } from "../../study/preset/compare.ts";
import type { PresetOption, PresetRecord } from "../../study/preset/preset-record.ts";
import type { Column } from "../output.ts";
import { tableLines } from "../output.ts";

/** The lines of a preset, none of a study without one. */
export function* presetLines(preset: PresetRecord | null): Generator<string> {
  if (preset === null) return;
  yield `\nThe choices of Wang et al. 2025 (preset: ${preset.name})`;
  const statuses = preset.options.filter(({ status }) => status !== "not-asked");
  yield* tableLines(
    [column("option"), column("the paper"), column("here")],
    statuses.map((option) => [option.name, option.choice, hereText(option)]),
  );
  const results = preset.comparison?.results ?? [];
  const tasks = [...new Set(results.map(({ task }) => task))];
  for (const task of tasks) {
    const own = results.filter((result) => result.task === task);
    yield `\n${task}: Spearman of the default, with each option alone, and with all; model ${own[0]!.model}`;
    yield* tableLines(columns, own.map(resultCells));
  }
  for (const { variant, because } of preset.comparison?.failed ?? [])
    yield `${variant} alone has no result: ${because}`;
  if (tasks.length > 0)
    yield "* p < 0.05, not corrected, as the paper marks; the verdict is by the variant's own rule";
}

const column = (title: string, align: Column["align"] = "left"): Column => ({ title, align });

const columns: readonly Column[] = [
  column("variant"),
  column("n", "right"),
  column("ρ", "right"),
  column("interval", "right"),
  column("null band", "right"),
  column("change", "right"),
  column("points", "right"),
  column("never meet", "right"),
  column("verdict"),
];

function resultCells(result: ComparedResult): readonly string[] {
  const { variant, n, memorization, difference, differenceRemark, pairs, finding } = result;
  const remark = differenceRemark === null ? "" : ` (${differenceRemark})`;
  const { scored, zeros } = pairs;
  return [
    ...[variant, String(n), valueText(memorization)],
    rangeText(memorization?.interval),
    rangeText(memorization?.null),
    difference === null || variant === "default" ? "–" : signed(difference) + remark,
    memorization === null ? "–" : String(memorization.points),
    scored === 0 ? "–" : `${Math.round((100 * zeros) / scored)} %`,
    finding,
  ];
}

function valueText(estimate: ComparedEstimate | null): string {
  if (estimate?.value == null) return "–";
  return plain(estimate.value) + ((estimate.pValue ?? 1) < 0.05 ? "*" : "");
}

function rangeText(range: { readonly low: number; readonly high: number } | null | undefined) {
  return range == null ? "–" : `${plain(range.low)} … ${plain(range.high)}`;
}

function plain(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, "")
    .replace("-", "−");
}

function signed(value: number): string {
  const text = plain(value);
  return value > 0 && text !== "0.00" ? `+${text}` : text;
}

/** What became of an option, in a word or two. */
function hereText({ status, keys, assumption }: PresetOption): string {
  const assumed = assumption === null ? "" : ", an assumption in part";
  if (status === "set") return `set${assumed}`;
  if (status === "same") return `as the default${assumed}`;
  if (status === "reported") return "always reported";
  if (status === "missing") return "not in this study";
  const written = keys.filter(
    ({ paper, used }) => used !== null && JSON.stringify(paper) !== JSON.stringify(used),
  );
  return `deviates: ${written.map(({ key, used }) => `${key}: ${JSON.stringify(used)}`).join(", ")}`;
}
