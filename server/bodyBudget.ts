import type { IncomingMessage, ServerResponse } from 'node:http';

/** How many bytes of bodies may be in memory at once, and how many of them from callers without a scope. */
const maxBytes = { all: 64 * 1024 * 1024, strangers: 16 * 1024 * 1024 };

/** What is said when the bodies that are in memory leave no room for another. */
export const noRoomForBody = 'Too many large bodies are being read at once. Try again in a second.';

/** Bounds the bodies that one server has in memory at once, whoever sends them. */
export interface BodyBudget {
  /**
   * Counts the bytes of a body as they come, until its request is answered; `onFull` is called once when no more fit.
   * Strangers have a smaller part, so that they cannot keep out those who may call.
   */
  count(body: CountedBody, onFull: () => void): void;
}

/** A body that is about to be read. */
export interface CountedBody {
  request: IncomingMessage;
  response: ServerResponse;
  isStranger: boolean;
}

/** Makes the budget of one server. */
export function createBodyBudget(limits = maxBytes): BodyBudget {
  const used = { all: 0, strangers: 0 };
  return {
    count({ request, response, isStranger }, onFull) {
      let bytes = 0;
      const add = (size: number) => {
        bytes += size;
        used.all += size;
        if (isStranger) used.strangers += size;
      };
      let isRefused = false;
      const onData = (chunk: Buffer) => {
        if (isRefused) return;
        add(chunk.length);
        isRefused = used.all > limits.all || (isStranger && used.strangers > limits.strangers);
        if (isRefused) onFull();
      };
      request.on('data', onData);
      response.once('close', () => {
        // What still comes of it is thrown away.
        request.off('data', onData);
        add(-bytes);
      });
    },
  };
}
