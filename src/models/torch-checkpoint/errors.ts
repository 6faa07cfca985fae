/** What a checkpoint that cannot be read is refused with. */
import { RoteError } from "../../base/errors.ts";

/** The file is damaged or lies about itself. */
export function malformed(path: string, reason: string): RoteError {
  return new RoteError("model/malformed", `${path} is no valid PyTorch checkpoint: ${reason}`, {
    path,
  });
}

/** The file may be sound, but holds what is not read, for safety or for want of a reader. */
export function unsupported(path: string, reason: string): RoteError {
  return new RoteError("model/unsupported", `${path}: ${reason}`, { path });
}

/** The file ends too early. */
export function truncated(path: string, reason: string): RoteError {
  return new RoteError("file/truncated", `${path}: ${reason}; copy the file again`, { path });
}

/** Text of a file for a message: short, on one line and without characters that act on a terminal. */
export function quote(text: string): string {
  const clipped = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return `"${clipped.replace(/[\p{C}\p{Zl}\p{Zp}"]/gu, "?")}"`;
}
