/** What every page of Rote is: one HTML document that needs nothing but itself, in sections with links. */
import { html, type Html, raw } from "./html.ts";
import { contentPolicy, pageScript } from "./page-script.ts";

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
}

const themes = [
  { choice: "auto", name: "as the system" },
  { choice: "light", name: "light" },
  { choice: "dark", name: "dark" },
];

/** The HTML of a page. */
export function pageHtml({ sections, longHeadline = false, ...page }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="generator" content="rote ${page.version}" />
        <title>${page.title}</title>
        <style>
          ${raw(page.style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#${sections[0]?.id}">Skip to the results</a>
        <header>
          ${themeButtons()}
          <p class="kicker">Rote · ${page.kicker}</p>
          <h1 ${longHeadline ? html`class="long"` : undefined}>${page.headline}</h1>
          <nav aria-label="Sections">
            ${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title, content }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${title}</h2>
                ${content}
              </section> `,
          )}
        </main>
        <footer>${page.footer}</footer>
        ${raw(`<script>${pageScript}</script>`)}
      </body>
    </html> `.text;
}

function themeButtons(): Html {
  return html`<div class="theme" role="group" aria-label="Colors of the page" data-scripted hidden>
    ${themes.map(
      ({ choice, name }) =>
        html`<button type="button" data-theme-choice="${choice}" aria-pressed="false">
          ${name}
        </button> `,
    )}
  </div>`;
}
