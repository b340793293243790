/** Lines over TCP between the parts of a run: whoever calls says the token of the run first. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { LineBatch } from '../line-batch.ts';

/** Whoever calls has so long to say who it is, and an end that is called so long to answer. */
const PATIENCE_MS = 2_000;

const LONGEST_TOKEN = 128;

/** What comes over a link. */
export interface LinkCallbacks {
  onLine(line: string): void;
  /** The link is gone; called once. */
  onEnd(): void;
}

/** One end of a connection. */
export class LineLink {
  readonly #socket: Socket;
  readonly #batch: LineBatch;
  #partial = '';
  #onLine: (line: string) => void = () => {};
  #isOver = false;

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true).setEncoding('utf8');
    this.#batch = new LineBatch((text) => this.#socket.write(text));
    this.#socket.on('error', () => {});
  }

  /** Begins to read; `before` came before this was called. */
  listen({ onLine, onEnd }: LinkCallbacks, before = ''): void {
    this.#onLine = onLine;
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.once('close', () => {
      this.#isOver = true;
      onEnd();
    });
    if (before !== '') this.#read(before);
  }

  /** Writes a line, together with those that follow at once. */
  tell(line: string): void {
    if (!this.#isOver) this.#batch.add(line);
  }

  /** Ends the connection; `onEnd` is called. */
  end(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop()!;
    for (const line of lines) if (!this.#isOver) this.#onLine(line);
  }
}

/** Listens on all addresses; `onLink` gets a link of a caller that knows the token, with what it has said after that. */
export function serveLinks(
  port: number,
  token: string,
  onLink: (link: LineLink, before: string) => void,
): Server {
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('error', () => {});
    let said = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    const hear = (text: string): void => {
      said += text;
      const end = said.indexOf('\n');
      if (end < 0 && said.length <= LONGEST_TOKEN) return;
      socket.off('data', hear).setTimeout(0);
      if (end < 0 || !isSame(said.slice(0, end), token)) return void socket.destroy();
      onLink(new LineLink(socket), said.slice(end + 1));
    };
    socket.on('data', hear);
  });
  return server.listen(port);
}

/** Calls who serves links there. Rejects when nobody answers. */
export function callLink(host: string, port: number, token: string): Promise<LineLink> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (): void => {
      socket.destroy();
      reject(new Error(`nobody answers at ${host}:${port}`));
    };
    socket.setTimeout(PATIENCE_MS, fail);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0).off('error', fail);
      const link = new LineLink(socket);
      link.tell(token);
      resolve(link);
    });
  });
}

function isSame(said: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(said), digest(token));
}
