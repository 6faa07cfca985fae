// Write docs/cli.md from the command table of the built program (npm run docs).
import { mkdirSync, writeFileSync } from "node:fs";
import { commandLineDocument } from "../dist/cli/command-line-document.js";
import { commands } from "../dist/cli/command-table.js";

mkdirSync(new URL("../docs/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/cli.md", import.meta.url), commandLineDocument(commands));
