/** What one request may ask for. Named as the fields of a request they bound, where there is such a field. */
export interface ApiLimits {
  /** Characters of a query. */
  readonly characters: number;
  /** Tokens of a query, of all its n-grams together. */
  readonly tokens: number;
  /** Clauses of a CNF query. */
  readonly clauses: number;
  /** N-grams of a clause. */
  readonly terms: number;
  /** Where it is unbounded, a distribution is exact unless its request says otherwise. */
  readonly max_support: number;
  readonly max_clause_freq: number;
  readonly max_diff_tokens: number;
  readonly maxnum: number;
  readonly max_disp_len: number;
  readonly max_cnt: number;
  /** Sequences of tokens that a text may stand in where it is looked for however it is cut. */
  readonly sequences: number;
}

/** Those of the public infini-gram server; it has none for the last two. */
export const originalLimits: ApiLimits = {
  characters: 1000,
  tokens: 500,
  clauses: 4,
  terms: 4,
  max_support: 1000,
  max_clause_freq: 500_000,
  max_diff_tokens: 1000,
  maxnum: 10,
  max_disp_len: 10_000,
  max_cnt: 1000,
  sequences: 100_000,
};

/** For whoever asks his own index. */
export const noLimits: ApiLimits = {
  characters: Infinity,
  tokens: Infinity,
  clauses: Infinity,
  terms: Infinity,
  max_support: Infinity,
  max_clause_freq: Infinity,
  max_diff_tokens: Infinity,
  maxnum: Infinity,
  max_disp_len: Infinity,
  max_cnt: Infinity,
  sequences: Infinity,
};
