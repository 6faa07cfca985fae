/** HTML as a value: what stands in a template is escaped unless it is HTML already. */

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = Html | string | number | null | undefined | readonly HtmlValue[];

/** A piece of HTML: html`<p>${text}</p>`. Absent values give nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    strings.map((piece, i) => (i === 0 ? piece : render(values[i - 1]) + piece)).join(""),
  );
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return escape(String(value));
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Text that is HTML already: SVG made by us. */
export function raw(text: string): Html {
  return new Html(text);
}

export interface TableColumn<Row> {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: "right";
  readonly cell: (row: Row) => HtmlValue;
}

export interface TableOptions<Row> {
  /** Attributes of a row, such as the sample sizes behind its numbers. */
  readonly attributes?: (row: Row) => Html;
  /** Rows of one group follow each other; a line with this name stands above each group. */
  readonly group?: (row: Row) => string;
}

/** A table with its caption; the first column names the row. */
export function table<Row>(
  caption: HtmlValue,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  { attributes = () => html``, group = () => "" }: TableOptions<Row> = {},
): Html {
  const head = columns.map(
    ({ title, align }) => html`<th scope="col" ${classOf(align)}>${title}</th>`,
  );
  const body = rows.map((row, i) => {
    const cells = columns.map(({ align, cell }, j) =>
      j === 0
        ? html`<th scope="row">${cell(row)}</th>`
        : html`<td ${classOf(align)}>${cell(row)}</td>`,
    );
    const before = rows[i - 1];
    const opens = before === undefined ? group(row) !== "" : group(row) !== group(before);
    const opening = html`<tr class="group">
      <th colspan="${columns.length}" scope="rowgroup">${group(row)}</th>
    </tr> `;
    return html`${opens ? opening : ""}
      <tr ${attributes(row)}>
        ${cells}
      </tr>`;
  });
  return html`<div
    class="table"
    tabindex="0"
    role="region"
    aria-label="Table: ${firstSentence(caption)}"
  >
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div> `;
}

/** What a caption says first, as plain text: the name of a table that scrolls, among others on the page. */
function firstSentence(caption: HtmlValue): string {
  const text = render(caption)
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const [sentence = text] = /^.*?[.:](?= |$)/.exec(text) ?? [];
  return unescape(sentence.slice(0, LONGEST_NAME).replace(/[.:]$/, ""));
}

const LONGEST_NAME = 120;

function unescape(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

function classOf(align: "right" | undefined): Html | undefined {
  return align === undefined ? undefined : html`class="number"`;
}
