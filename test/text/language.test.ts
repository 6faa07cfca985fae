import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readTriviaqa } from "#rote/tasks/formats/triviaqa.js";
import { isInAnotherLanguage } from "#rote/text/language.js";
import { stopWordLanguages } from "#rote/text/stop-words.js";

describe("a text in another language", () => {
  test("is told by its function words", () => {
    const german = "Der Hund ist in dem Haus und nicht auf der Straße.";
    expect(isInAnotherLanguage(german, "de")).toBe(false);
    for (const other of ["en", "fr", "es", "it", "cs", "hu"])
      expect(isInAnotherLanguage(german, other)).toBe(true);
  });

  test("is not told where there are none, or where they are shared", () => {
    expect(isInAnotherLanguage("Helicopters", "de")).toBe(false);
    expect(isInAnotherLanguage("", "fr")).toBe(false);
    // "in" is German, English, Italian and more.
    expect(isInAnotherLanguage("in Berlin", "it")).toBe(false);
  });

  test.each(["Los Angeles", "La La Land", "Die Hard", "El Paso", "war memorial"])(
    "is not told from one word of another language: %s",
    (name) => {
      expect(isInAnotherLanguage(name, "en")).toBe(false);
    },
  );

  const trivia = "../shared/data/tasks/triviaqa/test.tsv";
  test.skipIf(!existsSync(trivia))("is told of few short answers", async () => {
    const { examples } = await readTriviaqa(trivia);
    const foreign = examples.filter(({ output }) => isInAnotherLanguage(output, "en"));
    expect(foreign.length / examples.length).toBeLessThan(0.01);
  });

  test("cannot be asked of a language without a list", () => {
    expect(() => isInAnotherLanguage("mitä", "fi")).toThrow(/no stop words for "fi"/);
  });

  const wmt = "../shared/data/tasks/wmt09/newstest2009-first1000.jsonl";
  test.skipIf(!existsSync(wmt))("is told from seven languages in sentences of WMT 2009", () => {
    const lines = readFileSync(wmt, "utf8").trim().split("\n");
    const rows = lines.map((line) => JSON.parse(line) as Record<string, string>);
    const share = (texts: readonly string[], language: string): number =>
      texts.filter((text) => isInAnotherLanguage(text, language)).length / texts.length;
    for (const language of stopWordLanguages) {
      const texts = [...new Set(rows.flatMap((row) => row[language] ?? []))].slice(0, 300);
      expect(share(texts, language)).toBeLessThan(0.01);
      for (const other of stopWordLanguages)
        if (other !== language) expect(share(texts, other)).toBeGreaterThan(0.85);
    }
  });
});
