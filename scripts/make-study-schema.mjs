// Write docs/study.schema.json, by which editors complete and check study files (npm run docs).
import { writeFileSync } from "node:fs";
import { studyJsonSchema } from "../dist/study/schema.js";

const path = new URL("../docs/study.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
