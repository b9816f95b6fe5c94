import type { IncomingMessage, ServerResponse } from 'node:http';
import { networkOf } from '../../domain/input/network.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Access } from '../access/access.ts';

/**
 * Whose bodies have room of their own: callers with an identity, reporters without one, GitHub's events before their
 * signature is checked, forms of links, and everybody else without a scope.
 */
export type BodySource = 'callers' | 'reporters' | 'events' | 'forms' | 'strangers';

const megabyte = 1024 * 1024;

/** How many bytes of bodies of each source may be in memory at once, 64 MB in all. */
const maxBytes: Record<BodySource, number> = {
  callers: 32 * megabyte,
  reporters: 16 * megabyte,
  events: 8 * megabyte,
  forms: 4 * megabyte,
  strangers: 4 * megabyte,
};

/** What is said when the bodies that are in memory leave no room for another. */
export const noRoomForBody = 'Too many large request bodies at once. Try again in a second.';

/** Limits the request bodies that a server has in memory at once. */
export interface BodyBudget {
  /**
   * Counts the bytes of a body as they come, until its request is answered; `onFull` is called once when it has to make
   * room. Each source has its own part, so that none keeps another out.
   */
  count(body: CountedBody, onFull: () => void): void;
}

/** A body that is about to be read. */
export interface CountedBody {
  request: IncomingMessage;
  response: ServerResponse;
  source: BodySource;
}

/** What a budget is made with. */
export interface BodyBudgetOptions {
  limits?: Partial<Record<BodySource, number>>;
  /** Tells where a request came from. @default where its connection comes from */
  addressOf?: Access['addressOf'];
}

/** Makes the budget of one server. */
export function createBodyBudget({
  limits = {},
  addressOf = ({ remoteAddress }) => remoteAddress,
}: BodyBudgetOptions = {}): BodyBudget {
  const rooms = new Map<BodySource, Room>();
  return {
    count({ request, response, source }, onFull) {
      const room = rooms.get(source) ?? new Room(source, limits[source] ?? maxBytes[source]);
      rooms.set(source, room);
      const { headers, socket } = request;
      const network = networkOf(addressOf({ headers, remoteAddress: socket.remoteAddress }));
      const leave = () => {
        // What still comes of it is thrown away.
        request.off('data', onData);
        room.leave(body);
      };
      const refuse = () => {
        leave();
        onFull();
      };
      const body: HeldBody = { bytes: 0, network, isWhole: () => request.complete, refuse };
      const onData = (chunk: Buffer) => room.add(body, chunk.length);
      request.on('data', onData);
      response.once('close', leave);
    },
  };
}

/** Says of which source a body is by who calls; null where nobody had to say that. */
export function sourceOf(viewer: Viewer | null): BodySource {
  if (viewer === null || viewer.scopes.size === 0) return 'strangers';
  return viewer.kind === 'anonymous' ? 'reporters' : 'callers';
}

/** A body as far as it is in memory. */
interface HeldBody {
  bytes: number;
  network: string;
  isWhole: () => boolean;
  refuse: () => void;
}

/** The room for the bodies of one source. */
class Room {
  readonly #limit: number;
  /** What one network may have of it; the reporters without an identity are all on this computer. */
  readonly #share: number;
  readonly #refusesNewest: boolean;
  /** The body that began first stands first. */
  readonly #bodies = new Set<HeldBody>();
  readonly #usedBy = new Map<string, number>();
  #used = 0;

  constructor(source: BodySource, limit: number) {
    const isKnown = source === 'callers';
    this.#limit = limit;
    this.#share = isKnown || source === 'reporters' ? limit : limit / 2;
    this.#refusesNewest = isKnown;
  }

  /** Counts bytes that came; where they do not fit, bodies are refused until they do. */
  add(body: HeldBody, bytes: number): void {
    this.#bodies.add(body);
    body.bytes += bytes;
    this.#count(body.network, bytes);
    while (this.#bodies.has(body)) {
      const isOverShare = (this.#usedBy.get(body.network) ?? 0) > this.#share;
      if (!isOverShare && this.#used <= this.#limit) return;
      this.#toRefuse(body, isOverShare).refuse();
    }
  }

  leave(body: HeldBody): void {
    if (this.#bodies.delete(body)) this.#count(body.network, -body.bytes);
  }

  /** Whoever sends slowly on purpose holds room for long, and an honest stranger for a moment: the oldest goes first. */
  #toRefuse(newest: HeldBody, isOverShare: boolean): HeldBody {
    if (this.#refusesNewest) return newest;
    for (const body of this.#bodies) {
      if (!body.isWhole() && (!isOverShare || body.network === newest.network)) return body;
    }
    return newest;
  }

  #count(network: string, bytes: number): void {
    this.#used += bytes;
    const used = (this.#usedBy.get(network) ?? 0) + bytes;
    if (used > 0) this.#usedBy.set(network, used);
    else this.#usedBy.delete(network);
  }
}
