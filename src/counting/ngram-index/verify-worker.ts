/** The worker side of verifying an index. */
import { answerRequests } from "../../base/worker-pool.ts";
import type { Finding } from "./hashed-reads.ts";
import { type ShardToVerify, verifyShard } from "./verify-shard.ts";

answerRequests((shard: ShardToVerify): readonly Finding[] => verifyShard(shard));
