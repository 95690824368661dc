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

/** How a handshake and the wish for a view begin, as Engine.IO and Socket.IO write them. */
const CONNECT = "40";
const SYNC = '42["sync",';

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
    #asked: Bookmark | undefined;

    constructor() {
      this.#end = network.dial(life, path, {
        message: (message) => {
          const whole = wholeViewIn(message);
          if (whole !== undefined) onWhole({ ...whole, asked: this.#asked });
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
        this.#asked = seats?.[0]?.bookmark;
      } else if (text.startsWith(SYNC)) {
        const [, held] = JSON.parse(text.slice(2)) as [string, Held];
        this.#asked = held.bookmark;
      }
    }
  } as unknown as WebSocketClass;
}

function wholeViewIn(message: Message): Omit<WholeView, "asked"> | undefined {
  if (typeof message === "string" || message[0] !== ANSWER_BYTE) return undefined;
  const reader = new ByteReader(message.subarray(1));
  const room = reader.text() as RoomId;
  const [epoch, version, reach] = [reader.varuint(), reader.varuint(), reader.varuint()];
  return reach === 0 ? { room, epoch, version } : undefined;
}

function contentOf(message: Message): string | ArrayBufferLike {
  return typeof message === "string" ? message : new Uint8Array(message).buffer;
}
