import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { parseHTML } from "linkedom";
import { pageScript } from "#rote/report/page-script.js";
import { csvText, figureBlock } from "#rote/report/figure-block.js";
import { html } from "#rote/report/html.js";

interface Page {
  readonly documentElement: { readonly dataset: { theme?: string } };
  querySelector(
    selector: string,
  ): { click(): void; hidden: boolean; getAttribute(name: string): string } | null;
}

/** The script in a page with one figure; what it saves goes to the list that is returned. */
function open(stored: string | null): {
  document: Page;
  saved: string[];
  kept: Map<string, string>;
} {
  const figure = figureBlock({
    ...{ file: "A figure", title: "A figure", svg: '<svg class="plot"></svg>', caption: "c" },
    data: { columns: ["a", "b"], rows: [["x, y", 1.5]] },
    sizes: {},
  });
  const { document } = parseHTML(
    html`<html>
      <body>
        <button data-theme-choice="auto"></button
        ><button data-theme-choice="dark"></button>${figure}
      </body>
    </html>`.text,
  ) as unknown as { readonly document: Page };
  const saved: string[] = [];
  const kept = new Map(stored === null ? [] : [["rote-theme", stored]]);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
  const urls = {
    createObjectURL: (blob: string[]) => saved.push(blob.join("")),
    revokeObjectURL: () => undefined,
  };
  class Blob extends Array<string> {
    constructor(parts: string[]) {
      super(...parts);
    }
  }
  const setTimeout = (): number => 0;
  runInNewContext(pageScript, { document, localStorage: storage, URL: urls, Blob, setTimeout });
  return { document, saved, kept };
}

test("buttons appear with the script, and save the drawing and its data", () => {
  const { document, saved } = open(null);
  expect(document.querySelector(".save")!.hidden).toBe(false);
  document.querySelector('[data-save="csv"]')!.click();
  document.querySelector('[data-save="svg"]')!.click();
  expect(saved[0]).toBe('a,b\n"x, y",1.5\n');
  expect(saved[1]).toMatch(/^<\?xml .*\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg" class="plot"/);
});

test("the reader's choice of colors holds, and is kept", () => {
  const { document, kept } = open(null);
  const pressed = (choice: string): string =>
    document.querySelector(`[data-theme-choice="${choice}"]`)!.getAttribute("aria-pressed");
  expect([document.documentElement.dataset.theme, pressed("auto")]).toEqual([undefined, "true"]);
  document.querySelector('[data-theme-choice="dark"]')!.click();
  expect([document.documentElement.dataset.theme, pressed("dark")]).toEqual(["dark", "true"]);
  expect(kept.get("rote-theme")).toBe("dark");
  expect(open("dark").document.documentElement.dataset.theme).toBe("dark");
});

test("comma-separated values are quoted where they must be", () => {
  const text = csvText({
    columns: ["a", "b"],
    rows: [
      ['say "x"', undefined],
      ["é", -0.5],
    ],
  });
  expect(text).toBe('a,b\n"say ""x""",\né,-0.5\n');
});
