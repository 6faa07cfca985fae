/** Chat completions of OpenAI's form: a prompt is one message of the user. They generate only. */
import { isRecord } from "../../base/json.ts";
import { firstChoice, sampling } from "./completions.ts";
import type { Connection } from "./connection.ts";
import { malformed, type RemoteServer, toGeneration } from "./remote-server.ts";
import { findServedModel } from "./served-models.ts";
import { RoteError } from "../../base/errors.ts";

/** Open a model behind a chat interface. */
export async function openChat(
  connection: Connection,
  model: string | undefined,
  signal?: AbortSignal,
): Promise<RemoteServer> {
  const { name, maximumTokens } = await findServedModel(connection, model, signal);
  const { address } = connection;
  const cannotScore = `${address} cannot score: chat interfaces tell no log-probabilities of what they are given; where the server has ${address}/completions as well, name ${address}#${name}, or import log-probabilities with rote score --import`;
  return {
    name,
    maximumTokens,
    takesIds: false,
    cannotScore,
    scorePrompt: () => Promise.reject(new RoteError("model/cannot", cannotScore, { address })),
    async chat(messages, options) {
      const answer = await connection.post(
        "/chat/completions",
        { model: name, messages, ...sampling(options) },
        options.signal,
      );
      const { message } = firstChoice(address, answer);
      if (!isRecord(message) || typeof message.content !== "string")
        throw malformed(address, "answers with a message without text");
      return toGeneration(message.content, [], options.stop);
    },
  };
}
