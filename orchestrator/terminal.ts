/** Where text for humans or programs goes: a terminal, a pipe, a file. */
export type Terminal = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
