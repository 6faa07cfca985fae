import type { NumberList } from "./number-lists.ts";
import type { Segment } from "./shard.ts";

/**
 * What is known of the occurrences of an n-gram in a shard, as a list of numbers, and how many documents
 * two of them share. One of the two is opened first, for many others to be compared with.
 */
export interface OccurrenceSets {
  /** Documents of the segment that was read last. */
  readonly documentCount: number;
  /** Read the occurrences of an n-gram of `length` tokens. The numbers are valid until the next call. */
  read(segment: Segment, length: number): NumberList;
  /** Open a set; its numbers are not needed any more. */
  open(numbers: NumberList): void;
  /** Documents that a set shares with the one opened last. */
  countShared(numbers: NumberList): number;
}
