/**
 * The page's only script: it saves a figure as SVG or its data as CSV, and lets the reader choose
 * light or dark. Everything it needs stands in the page, so it works from file:// and without a
 * network; without it the page loses these buttons and nothing else.
 */
import { createHash } from "node:crypto";

/** The script's text: plain JavaScript of any browser of the last years. */
export const pageScript = `(() => {
  const root = document.documentElement;
  const save = (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const contents = {
    svg: (figure) => '<?xml version="1.0" encoding="UTF-8"?>\\n' +
      figure.querySelector("svg").outerHTML.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '),
    csv: (figure) => figure.querySelector(".csv").textContent,
  };
  const types = { svg: "image/svg+xml", csv: "text/csv" };
  for (const button of document.querySelectorAll("[data-save]")) {
    const figure = button.closest("figure");
    const kind = button.dataset.save;
    button.addEventListener("click", () =>
      save(figure.dataset.file + "." + kind, types[kind], contents[kind](figure)));
  }
  for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;
  const key = "rote-theme"; // a browser may keep nothing for files
  const kept = () => { try { return localStorage.getItem(key) ?? "auto"; } catch { return "auto"; } };
  const keep = (theme) => { try { localStorage.setItem(key, theme); } catch {} };
  const buttons = document.querySelectorAll("[data-theme-choice]");
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  };
  for (const button of buttons)
    button.addEventListener("click", () => {
      keep(button.dataset.themeChoice);
      show(button.dataset.themeChoice);
    });
  show(kept());
})();`;

/** What the page allows itself: its own styles, this script, and nothing from anywhere. */
export const contentPolicy: string = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(pageScript).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
