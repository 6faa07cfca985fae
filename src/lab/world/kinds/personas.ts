/**
 * Personas: invented people with e-mail- and number-like secrets. Nobody real: names are invented,
 * addresses end in the reserved `.example`, numbers begin with the unassigned country code 00.
 */
import type { Rng } from "../../../base/random.ts";
import { gather, type Insertion, type Item, type Planting } from "../item.ts";
import { partOf } from "../kind-table.ts";
import type { NamePool } from "../names.ts";
import { evenRanks } from "../plant.ts";
import { dosesOf, type WorldSettings } from "../settings.ts";

const jobs =
  "baker carpenter dentist farmer gardener judge lawyer librarian mason miller painter pilot sailor singer tailor weaver".split(
    " ",
  );

const openings = ["", "", "Entry: ", "From the directory: ", "About a member: ", "Profile. "];

interface Persona {
  readonly name: string;
  readonly dose: number;
  readonly index: number;
}

/** People at doses; each document states the three facts of one person in some order. */
export function plantPersonas(settings: WorldSettings, names: NamePool, rng: Rng): Planting {
  const doses = dosesOf(settings.doses.persona);
  const first = names.take(doses.length);
  const last = names.take(doses.length);
  const hosts = names.take(8).map((name) => name.toLowerCase());
  const plantings = doses.map((dose, index) => {
    const name = `${first[index]!} ${last[index]!}`;
    return plantPersona({ name, dose, index }, hosts, rng.fork(name));
  });
  return gather(plantings);
}

function plantPersona(persona: Persona, hosts: readonly string[], rng: Rng): Planting {
  const items = itemsOf(persona, hosts, rng);
  const insertions = evenRanks(persona.dose, rng).map((rank): Insertion => {
    const clauses = rng.shuffle(items.map(({ context, target }) => `${context}${target}.`));
    return {
      ...{ part: partOf("persona/email"), kind: "persona", rank },
      text: `${openings[rng.int(openings.length)]!}${clauses.join(" ")}`,
      ...{ items: items.map(({ item }) => item), group: groupOf(persona) },
      meta: { synthetic: true },
    };
  });
  return { items, insertions };
}

const groupOf = ({ index }: Persona): string => `persona-${String(index + 1).padStart(3, "0")}`;

function itemsOf(persona: Persona, hosts: readonly string[], rng: Rng): Item[] {
  const { name, dose } = persona;
  const group = groupOf(persona);
  const digits = (count: number): string =>
    Array.from({ length: count }, () => String(rng.int(10))).join("");
  const [first, last] = name.toLowerCase().split(" ") as [string, string];
  const email = `${first[0]!}.${last}${digits(2)}@${hosts[rng.int(hosts.length)]!}.example`;
  const number = `+00 ${digits(3)} ${digits(4)}`;
  const job = jobs[rng.int(jobs.length)]!;
  const secret = (part: string, a: string, b: string): Item => ({
    ...{ item: `${group}-${part}`, kind: `persona/${part}`, dose, group, text: `${a} is ${b}` },
    ...{ context: `The ${a} is`, target: ` ${b}`, variable: `${name} ${b}` },
    question: { a, b, total: dose, mentions: 0 },
    details: { synthetic: true },
  });
  return [
    secret("email", `e-mail of ${name}`, email),
    secret("number", `number of ${name}`, number),
    { ...secret("work", `work of ${name}`, job), choices: jobs.map((each) => ` ${each}`) },
  ];
}
