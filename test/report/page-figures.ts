/** A page's figures as a program reads them. */
import { parseHTML } from "linkedom";

interface Element {
  readonly textContent: string;
  querySelector(selector: string): Element | null;
}

export type CsvRow = Readonly<Record<string, string>>;

/** The data that a figure's CSV button saves, a record a row. Quoted cells hold no line ends here. */
export function figureCsv(page: string, file: string): CsvRow[] {
  const { document } = parseHTML(page) as unknown as { readonly document: Element };
  const csv = document.querySelector(`figure[data-file="${file}"] .csv`)?.textContent;
  if (csv === undefined) throw new Error(`the page has no figure ${file}`);
  const [head = [], ...rows] = csv.trimEnd().split("\n").map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ""])));
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
