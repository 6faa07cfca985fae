/** What every page of Rote is: one HTML document that needs nothing but itself, in sections with links. */
import { html, type Html, raw } from "./html.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

export interface Page {
  readonly title: string;
  /** What stands above the headline. */
  readonly kicker: Html | string;
  readonly headline: Html | string;
  /** A headline of several sentences is read, not shouted. */
  readonly longHeadline?: boolean;
  readonly sections: readonly Section[];
  /** How the page was made. */
  readonly footer: Html;
  readonly style: string;
  /** Of the program that made it. */
  readonly version: string;
  /** Further elements of the head. */
  readonly head?: Html;
}

/** The HTML of a page. */
export function pageHtml({ sections, longHeadline = false, ...page }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.head}
        <meta name="generator" content="rote ${page.version}" />
        <title>${page.title}</title>
        <style>
          ${raw(page.style)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">Rote · ${page.kicker}</p>
          <h1 ${longHeadline ? html`class="long"` : undefined}>${page.headline}</h1>
          <nav aria-label="Sections">
            ${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title, content }) =>
              html`<section id="${id}">
                <h2>${title}</h2>
                ${content}
              </section> `,
          )}
        </main>
        <footer>${page.footer}</footer>
      </body>
    </html> `.text;
}
