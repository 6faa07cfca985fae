/** The part of a task's examples: `train` feeds the task-gram table, `test` is evaluated. */
export type Split = "train" | "test";

/** One question and what counts as its answer. */
export interface Example {
  readonly id: string;
  readonly input: string;
  /** The gold output, which is mined and scored. */
  readonly output: string;
  readonly split: Split | undefined;
  /** Multiple choice: the texts to choose from; `output` is one of them. */
  readonly choices?: readonly string[];
  /** Other accepted answers. */
  readonly answers?: readonly string[];
  /** What the example belongs to together with others: MMLU's subject. */
  readonly group?: string;
}

/** How an example becomes a model's context. Stored in results word for word. */
export interface PromptTemplate {
  /** Text with `{input}` where the example's input stands; its output follows directly. */
  readonly template: string;
}

/** A score of one output, in [0, 1] for the built-in ones. */
export interface Metric {
  readonly name: string;
  readonly score: (output: string, example: Example) => number;
}

/** Examples, the prompt that asks for them and the metrics that judge answers. */
export interface Task {
  readonly name: string;
  readonly examples: (split: Split) => AsyncIterable<Example>;
  readonly prompt: PromptTemplate;
  readonly metrics: readonly Metric[];
}
