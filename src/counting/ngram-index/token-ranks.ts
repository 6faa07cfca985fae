/** Ranks of the 32-bit ids that occur in a text, in the order of their little-endian bytes. */

const PAGE = 65_536;

export interface TokenRanks {
  readonly distinct: number;
  /** Write each token's rank. */
  write(symbols: Uint32Array): void;
}

/** Rank the ids of `tokens` from 0 on. Takes 4 bytes for each id of the pages of 65,536 that any is on. */
export function rankTokens(tokens: Uint32Array): TokenRanks {
  const pages = new Map<number, Uint32Array>();
  const ids: number[] = [];
  for (const token of tokens) {
    const page = pageOf(pages, token);
    if (page[token % PAGE] !== 0) continue;
    page[token % PAGE] = 1;
    ids.push(token);
  }
  const swapped = Uint32Array.from(ids, swapBytes).sort();
  for (const [rank, id] of swapped.entries()) {
    const token = swapBytes(id);
    pageOf(pages, token)[token % PAGE] = rank;
  }
  return {
    distinct: ids.length,
    write(symbols) {
      for (let i = 0; i < symbols.length; i++) {
        const token = tokens[i]!;
        symbols[i] = pages.get(Math.floor(token / PAGE))![token % PAGE]!;
      }
    },
  };
}

function pageOf(pages: Map<number, Uint32Array>, token: number): Uint32Array {
  const number = Math.floor(token / PAGE);
  let page = pages.get(number);
  if (page === undefined) pages.set(number, (page = new Uint32Array(PAGE)));
  return page;
}

function swapBytes(token: number): number {
  const swapped =
    (token << 24) | ((token & 0xff00) << 8) | ((token >>> 8) & 0xff00) | (token >>> 24);
  return swapped >>> 0;
}
