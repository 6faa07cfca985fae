/** Recall, skill, both or inconclusive: the verdict of each task, the signs behind it, and the rules. */
import {
  agreement,
  type Agreement,
  type Construction,
  kindRules,
  type KindVerdict,
  type SignName,
  signRules,
  taskKind,
  type ZeroPerformance,
} from "../study/task-kinds.ts";
import { zeroPerformance } from "../study/zero-performance.ts";
import { isRecord } from "../base/json.ts";
import { count } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { ExampleFact } from "./outcomes.ts";
import { binSettings, clustersByGroup } from "./performance.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { leadingEstimates, modelKey, modelsBySize } from "./selection.ts";

/** A task's verdict under the largest model. */
export interface TaskVerdict extends KindVerdict {
  readonly task: string;
  readonly model: string;
  readonly atZero: ZeroPerformance | undefined;
  readonly estimate: EstimateRecord;
}

/** Judge every task that has a leading estimate. */
export function taskVerdicts(run: RunRecord, facts: readonly ExampleFact[]): TaskVerdict[] {
  const largest = modelsBySize(run).at(-1);
  return [...leadingEstimates(run)].flatMap(([task, estimates]) => {
    const estimate = estimates.find((own) => modelKey(own) === largest);
    if (estimate === undefined) return [];
    const own = run.estimates.filter(
      (other) => other.task === task && other.n === estimate.n && modelKey(other) === largest,
    );
    const atZero = atZeroOf(task, facts, run);
    const evidence = { estimates: own.map(judged), atZero };
    return [{ task, model: modelKey(estimate), atZero, estimate, ...taskKind(evidence) }];
  });
}

function atZeroOf(
  task: string,
  facts: readonly ExampleFact[],
  run: RunRecord,
): ZeroPerformance | undefined {
  const answered = facts.flatMap(({ correctness, ...fact }) =>
    fact.task === task && correctness !== undefined ? [{ ...fact, correctness }] : [],
  );
  const clusteredBy = clustersByGroup(run) ? "group" : "example";
  return zeroPerformance(answered, { level: binSettings(run, "kinds").level, clusteredBy });
}

function judged(estimate: EstimateRecord) {
  const { measure, method, zeros, controls, value, interval, null: band } = estimate;
  const { holm, judged } = estimate;
  return {
    ...{ measure, method, zeros, controls, value: value ?? null, interval: interval ?? null },
    ...{ null: band ?? null, adjusted: { holm: holm ?? null, judged } },
  };
}

/** One row a task: its kind, why, and the sign of each measure. */
export function kindTable(verdicts: readonly TaskVerdict[]): Html {
  const models = [...new Set(verdicts.map(({ model }) => model))].join(", ");
  return table(
    `What the largest model (${models}) does each task by. A sign is + or − where interval and corrected p say so, 0 where they do not, and unknown where nothing was measured.`,
    [
      { title: "task", cell: ({ task }: TaskVerdict) => task },
      { title: "verdict", cell: kindCell },
      ...signRules.map(({ name, title }) => ({
        title,
        cell: ({ signs }: TaskVerdict) => signCell(name, signs),
      })),
    ],
    verdicts,
  );
}

function kindCell({ kind, because, atZero }: TaskVerdict): Html {
  const left = atZero?.withoutPairs ?? 0;
  const leftOut =
    left === 0 ? "" : `; ${count(left, "answered example")} without a mined pair left out`;
  return html`<strong class="${kind}">${kind}</strong><small>${because}${leftOut}</small>`;
}

function signCell(name: SignName, signs: KindVerdict["signs"]): Html | string {
  const sign = signs[name];
  return sign === "unknown" ? html`<small>unknown</small>` : sign;
}

/** The rules, printed so that nobody must believe the verdicts. */
export function ruleTables(): Html {
  return html`<details>
    <summary>The rules behind the verdicts</summary>
    ${table(
      "The first verdict whose rule holds decides. Nothing is weighed or added up.",
      [
        { title: "verdict", cell: ({ kind }: (typeof kindRules)[number]) => kind },
        { title: "when", cell: ({ when }) => when },
      ],
      kindRules,
    )}
    ${table(
      "When a measure has the sign +. The sign − is its mirror image.",
      [
        { title: "sign", cell: ({ title }: (typeof signRules)[number]) => title },
        { title: "measure", cell: ({ measure }) => measure },
        { title: "+ where", cell: ({ plus }) => plus },
      ],
      signRules,
    )}
  </details>`;
}

/** What the study says each task was made to be. */
function constructions({ study }: RunRecord): Map<string, Construction> {
  const tasks = Array.isArray(study.tasks) ? study.tasks.filter(isRecord) : [];
  return new Map(
    tasks.flatMap(({ name, construction }) =>
      typeof name === "string" && isConstruction(construction) ? [[name, construction]] : [],
    ),
  );
}

function isConstruction(value: unknown): value is Construction {
  return value === "memory" || value === "rule" || value === "mixed";
}

/** Verdict against construction, where the study knows what its tasks were made to be. */
export function constructionTable(
  run: RunRecord,
  verdicts: readonly TaskVerdict[],
): Html | undefined {
  const made = constructions(run);
  const rows = verdicts.flatMap((verdict) => {
    const construction = made.get(verdict.task);
    if (construction === undefined) return [];
    return [{ ...verdict, construction, agreed: agreement(verdict.kind, construction) }];
  });
  if (rows.length === 0) return undefined;
  const told = (word: Agreement): number => rows.filter(({ agreed }) => agreed === word).length;
  return table(
    `Of ${count(rows.length, "task")} whose construction is known, ${told("agrees")} agree with their verdict, ${told("contradicts")} contradict it, ${told("possible")} can be done either way, and of ${told("not told")} the run cannot tell. A memory task can be answered by recall alone; a rule can be learned by heart besides; a mixed task can be done either way.`,
    [
      { title: "task", cell: ({ task }) => task },
      { title: "made as", cell: ({ construction }) => construction },
      { title: "verdict", cell: kindCell },
      { title: "verdict and construction", cell: ({ agreed }) => agreed },
    ],
    rows,
  );
}
