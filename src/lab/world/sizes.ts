/** Sizes of worlds by name: by themselves, so that the command line need not load a world to name them. */
export const worldSizes = ["tiny", "small", "full"] as const;

/** Settings say what they mean: `worldSettings`. */
export type WorldSize = (typeof worldSizes)[number];
