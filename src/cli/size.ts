import { RoteError } from "../base/errors.ts";

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  tib: 2 ** 40,
};

/** Bytes of a size as people write it: 8GB, 512 MiB, 1.5g, 1000000. */
export function parseSize(flag: string, text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  const bytes = Math.floor(Number(number) * (factor ?? NaN));
  if (number !== "" && Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new RoteError("usage", `${flag} must be a size such as 8GB or 512MiB, got "${text}"`, {
    text,
  });
}
