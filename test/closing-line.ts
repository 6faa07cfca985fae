import type { Reporter, TestModule } from "vitest/node";

/** Prints "N passed, N failed, N skipped" as the run's last line, which any log reader understands. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file that failed before its tests ran holds no failed test, but it is a failure.
      if (module.state() === "failed" && [...module.children.allTests("failed")].length === 0)
        count.failed += 1;
    }
    const skipped = count.skipped + count.pending;
    process.on("exit", () => {
      process.stdout.write(
        `\n${count.passed} passed, ${count.failed} failed, ${skipped} skipped\n`,
      );
    });
  }
}
