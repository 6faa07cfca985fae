import { readFileSync } from "node:fs";

/** What made a result: enough to make it again. */
export interface Provenance {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly seed: number;
  readonly command: string;
}

/** This package's version. */
export const version: string = readVersion();

/** Provenance of a run. */
export function provenance(seed: number, command: string): Provenance {
  return {
    version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    seed,
    command,
  };
}

function readVersion(): string {
  const manifest = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  return manifest.version;
}
