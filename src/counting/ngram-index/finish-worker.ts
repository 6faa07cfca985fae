/** The worker side of finishing the shards of an index. */
import { answerRequests } from "../../base/worker-pool.ts";
import { type FinishedShard, finishShard, type ShardToFinish } from "./finish-shard.ts";

answerRequests((shard: ShardToFinish): Promise<FinishedShard> => finishShard(shard));
