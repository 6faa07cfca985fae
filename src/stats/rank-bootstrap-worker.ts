/** A thread of the clustered bootstrap (rank-bootstrap.ts): draws in, values out. */
import { workerData } from "node:worker_threads";
import { answerRequests } from "../base/worker-pool.ts";
import { type RankTask, resampler } from "./rank-bootstrap.ts";

const compute = resampler(workerData as RankTask);
answerRequests((draws: Uint32Array) => compute(draws));
