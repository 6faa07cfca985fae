/** The worker side of verifying an index. */
import { answerRequests } from "../../base/worker-pool.ts";
import { type Finding, type ShardToVerify, verifyShard } from "./verify-shard.ts";

answerRequests((shard: ShardToVerify): readonly Finding[] => verifyShard(shard));
