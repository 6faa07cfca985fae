import { type Command, defineCommand } from "../define-command.ts";

export const reportCommand: Command = defineCommand({
  name: "report",
  summary: "Write report.html of a run, from run.json and the Parquet files alone",
  positionals: { run: { value: "RUN", about: "A run directory.", required: true } },
  flags: {},
  examples: [{ run: "report rote-demo", about: "Draw the demo's report again." }],
  async run({ run }, { stdout }) {
    const { writeReport } = await import("../../report/write-report.ts");
    await stdout.write(`${await writeReport(run)}\n`);
    return 0;
  },
});
