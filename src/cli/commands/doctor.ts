import { type Command, defineCommand } from "../define-command.ts";
import { jsonFlag } from "../shared-flags.ts";

export const doctorCommand: Command = defineCommand({
  name: "doctor",
  summary: "Show what this machine can do, and how to get each optional part that is not there",
  description:
    "Exit status 1 where a part is missing without which a main part of Rote cannot work.",
  positionals: {},
  flags: { ...jsonFlag },
  examples: [{ run: "doctor", about: "Node, cores, memory and optional packages." }],
  async run({ json }, { stdout, say }) {
    const { examineMachine } = await import("../machine.ts");
    const { tableLines } = await import("../output.ts");
    const parts = await examineMachine();
    if (json) for (const part of parts) await stdout.writeJson(part);
    else {
      const columns = ["part", "state", "value", "needed for"].map(
        (title) => ({ title, align: "left" }) as const,
      );
      const rows = parts.map((part) => [part.part, part.state, part.value ?? "–", part.neededFor]);
      for (const line of tableLines(columns, rows)) await stdout.write(`${line}\n`);
    }
    for (const { part, get } of parts) if (get !== null) say(`to get ${part}: ${get}`);
    return parts.some(({ state }) => state === "missing") ? 1 : 0;
  },
});
