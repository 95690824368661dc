// Page socket: the platform's WebSocket, for one page on one device. It tells of every whole view that
// comes, and what its page had asked for; it changes nothing.

import type { WebSocketClass } from "../../client/socket.ts";
import { ByteReader } from "../../shared/bytes.ts";
import { ANSWER_BYTE, type Bookmark } from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { LineEnd, Message, Network, Path } from "./network.ts";
import type { Life } from "./world.ts";

/** A whole view that a page was sent. */
export interface WholeView extends Bookmark {
  readonly room: RoomId;
  /** What the page had said it holds; undefined if it held nothing then. */
  readonly asked: Bookmark | undefined;
}

/** How what brings a view begins, as Engine.IO and Socket.IO write it. */
const CONNECT = "40";
const SYNC = '42["sync",';
const JOIN = /^42\d+\["join",/;

interface Held {
  readonly bookmark?: Bookmark;
}

export function pageSocketClass(
  life: Life,
  { network, path }: { readonly network: Network; readonly path: Path },
  onWhole: (whole: WholeView) => void,
): WebSocketClass {
  return class {
    binaryType = "arraybuffer" as const;
    onopen = null;
    onclose: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onerror = null;
    readonly #end: LineEnd;
    /** What the page said it holds, once for each answer that may still come, oldest first. */
    #asked: (Bookmark | undefined)[] = [];

    constructor() {
      this.#end = network.dial(life, path, {
        message: (message) => {
          const answer = answerIn(message);
          if (answer !== undefined) {
            const asked = this.#answered();
            if (answer.isWhole) onWhole({ ...answer, asked });
          }
          this.onmessage?.({ data: contentOf(message) } as never);
        },
        closed: () => this.onclose?.({} as never),
      });
    }

    send(message: unknown): void {
      if (typeof message === "string") this.#noteAsked(message);
      this.#end.send(message as Message);
    }

    close(): void {
      this.#end.close();
    }

    #noteAsked(text: string): void {
      if (text.startsWith(CONNECT)) {
        const { seats } = JSON.parse(text.slice(CONNECT.length)) as { readonly seats?: Held[] };
        if (seats?.[0] !== undefined) this.#asked.push(seats[0].bookmark);
      } else if (text.startsWith(SYNC)) {
        const [, held] = JSON.parse(text.slice(2)) as [string, Held];
        this.#asked.push(held.bookmark);
      } else if (JOIN.test(text)) this.#asked.push(undefined);
    }

    /**
     * What the next answer may be an answer to. A room that was asked twice in one turn answers once:
     * as long as an older question without a bookmark may be meant, it is.
     */
    #answered(): Bookmark | undefined {
      const asked = this.#asked.includes(undefined) ? undefined : this.#asked[0];
      this.#asked.shift();
      return asked;
    }
  } as unknown as WebSocketClass;
}

interface AnswerSeen extends Bookmark {
  readonly room: RoomId;
  readonly isWhole: boolean;
}

function answerIn(message: Message): AnswerSeen | undefined {
  if (typeof message === "string" || message[0] !== ANSWER_BYTE) return undefined;
  const reader = new ByteReader(message.subarray(1));
  const room = reader.text() as RoomId;
  const [epoch, version, reach] = [reader.varuint(), reader.varuint(), reader.varuint()];
  return { room, epoch, version, isWhole: reach === 0 };
}

function contentOf(message: Message): string | ArrayBufferLike {
  return typeof message === "string" ? message : new Uint8Array(message).buffer;
}
