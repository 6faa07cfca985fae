import { expect, test } from "vitest";
import { exactWordsPolicy, wordsPolicy } from "#rote/text/policies.js";
import { NameFinder } from "#rote/text/proper-names.js";

function namesIn(...texts: readonly string[]): string[] {
  const finder = new NameFinder(wordsPolicy);
  for (const text of texts) finder.add(text);
  return [...finder.names()].sort();
}

test("a capital inside a sentence makes a name, one at its beginning does not", () => {
  expect(namesIn("Who was the man behind The Chipmunks?")).toEqual(["chipmunks"]);
  expect(namesIn("Once in Rome. There he met Anna: She left…\nNow she is in Oslo")).toEqual([
    "anna",
    "oslo",
    "rome",
  ]);
  expect(namesIn("he said “Never” (Really) and “I'm off”")).toEqual([]);
});

test("the full stop of an initial ends no sentence, and an initial is no name", () => {
  expect(namesIn("books by J. K. Rowling and I")).toEqual(["rowling"]);
});

test("all texts are judged together: what is small more often is no name", () => {
  const texts = ["it may rain in May", "he may", "she may", "seen from Paris", "Paris"];
  expect(namesIn(...texts)).toEqual(["paris"]);
  expect(namesIn("the May of May", "it may")).toEqual(["may"]);
});

test("scripts without case and digits have none", () => {
  expect(namesIn("昨日 東京 で 1984 年", "في مدينة باريس")).toEqual([]);
});

test("names are written as the policy writes words", () => {
  const finder = new NameFinder(exactWordsPolicy);
  finder.add("a flight to Paris");
  expect([...finder.names()]).toEqual(["Paris"]);
});
