/** Where a graph runs: an execution provider of ONNX Runtime. */
export type Device = (typeof devices)[number];

/** The devices, the one that is always there first. */
export const devices = ["cpu", "cuda", "webgpu"] as const;
