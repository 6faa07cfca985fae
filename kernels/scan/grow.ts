/** Regions that one long document may outgrow: a larger one is taken at the end of the memory. */
import {
  cluster,
  clusterCapacity,
  log,
  logCapacity,
  postings,
  postingsCapacity,
  setCluster,
  setLog,
  setPostings,
} from "./state";

const PAGE: u64 = 65536;

/** A fresh region of at least `byteLength` bytes. Traps where 4 GiB are used up. */
export function takeMemory(byteLength: u64): usize {
  const pages = memory.grow(i32((byteLength + PAGE - 1) / PAGE));
  if (pages == -1) unreachable();
  return usize(pages) << 16;
}

/** Room for twice the code points of a cluster; `count` of them are kept. */
export function growCluster(count: u32): void {
  const capacity = clusterCapacity * 2;
  const region = takeMemory(u64(capacity) * 4);
  memory.copy(region, cluster, count << 2);
  setCluster(region, capacity);
}

/** Room for at least `wanted` entries of `entryBytes` in the log; `count` of them are kept. */
export function growLog(count: u32, wanted: u32, entryBytes: u32): void {
  let capacity = u64(logCapacity);
  while (capacity < wanted) capacity *= 2;
  const region = takeMemory(capacity * entryBytes);
  memory.copy(region, log, usize(count) * entryBytes);
  setLog(region, u32(capacity));
}

/** Room for `byteLength` bytes of postings; nothing is kept. */
export function growPostings(byteLength: u32): void {
  const capacity = max<u64>(u64(postingsCapacity) * 2, byteLength);
  setPostings(takeMemory(capacity), u32(capacity));
}
