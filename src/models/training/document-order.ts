/**
 * The order in which documents are read where some say their place, a number from 0 up to 1. The k-th of
 * the N documents of a file without one stands at (k + ½) / N: such files are spread evenly over the
 * whole. Documents of one place are read in the order of the files.
 */
import { RoteError } from "../../base/errors.ts";
import type { Document } from "../../corpus/document.ts";
import { valueAt } from "../../corpus/records.ts";
import type { TrainingTokens } from "./token-stream.ts";

/** Gathers the places of documents as they are read. */
export class DocumentPlaces {
  readonly #field: string;
  readonly #places: number[] = [];
  /** Indexes of the documents of each file that say no place. */
  readonly #spread = new Map<string | undefined, number[]>();

  constructor(field: string) {
    this.#field = field;
  }

  add(document: Document): void {
    const { meta, origin, source } = document;
    const place = valueAt(origin?.record ?? meta ?? {}, this.#field);
    const index = this.#places.push(Number(place)) - 1;
    if (place !== undefined) {
      this.#check(document, place);
      return;
    }
    const others = this.#spread.get(source);
    if (others === undefined) this.#spread.set(source, [index]);
    else others.push(index);
  }

  /** The index of the document that is read first, second … */
  order(): Uint32Array {
    const places = Float64Array.from(this.#places);
    for (const indexes of this.#spread.values())
      indexes.forEach((index, k) => (places[index] = (k + 0.5) / indexes.length));
    const order = Uint32Array.from(places, (_, index) => index);
    return order.sort((x, y) => places[x]! - places[y]! || x - y);
  }

  #check({ id }: Document, place: unknown): void {
    if (typeof place === "number" && place >= 0 && place < 1) return;
    const [field, found] = [JSON.stringify(this.#field), JSON.stringify(place).slice(0, 80)];
    throw new RoteError(
      "corpus/malformed",
      `document ${id}: its field ${field} must hold a number from 0 up to 1 (exclusive), found ${found}`,
      { id, field: this.#field },
    );
  }
}

/** The same documents in another order; what stands before the first stays there. */
export function reorderDocuments(
  { ids, begins, weights }: TrainingTokens,
  order: Uint32Array,
): TrainingTokens {
  const first = begins[0] ?? 0;
  const moved = {
    ids: ids.slice(),
    begins: new Int32Array(begins.length),
    ...(weights && { weights: weights.slice() }),
  };
  let place = first;
  order.forEach((document, index) => {
    const [start, end] = [begins[document]!, begins[document + 1] ?? ids.length];
    moved.begins[index] = place;
    moved.ids.set(ids.subarray(start, end), place);
    if (weights) moved.weights?.set(weights.subarray(start, end), place);
    place += end - start;
  });
  return moved;
}
