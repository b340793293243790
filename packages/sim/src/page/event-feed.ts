/**
 * Server-sent events for any number of readers. There are two sorts. Those of the log build upon one another:
 * every reader gets each of them once, in order, also after it has lost the connection. The latest one stands
 * for itself: a reader that is slow gets the newest when it can take one again, and never those between. So
 * what waits for a reader is one event at most, and what is kept for all of them is the log and the latest.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** More would be a mistake somewhere: no browser opens so many at once. */
const MOST_READERS = 64;

/** A reader that has taken nothing for so long is let go; one that lives comes again. */
const STUCK_MS = 30_000;

/** So long after a lost connection a browser tries again. */
const RETRY_MS = 1_000;

/** How long those that have not read everything have for it when all is over. */
const LAST_WORDS_MS = 1_000;

/** One open connection. */
interface Reader {
  readonly response: ServerResponse;
  /** The first event of the log that it does not have. */
  next: number;
  /** Which of the latest events it has. */
  latest: number;
}

/** See the head of this file. */
export class EventFeed {
  /** Whether anybody ever read. */
  wasRead = false;
  /** Tells events of this feed from those of another one at the same port. */
  readonly #name = Date.now().toString(36);
  readonly #log: string[] = [];
  readonly #readers = new Set<Reader>();
  #latest = '';
  #latestNumber = 0;
  #isOver = false;

  /** How many read now. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Adds an event to the log; `data` is one line. */
  append(event: string, data: string): void {
    const id = `${this.#name}.${this.#log.length + 1}`;
    this.#log.push(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
    this.#flushAll();
  }

  /** Puts an event in the place of the latest one. */
  replace(event: string, data: string): void {
    this.#latest = `event: ${event}\ndata: ${data}\n\n`;
    this.#latestNumber++;
    this.#flushAll();
  }

  /** Answers a request with the events, from the first one that the reader does not have. */
  answer({ method, headers }: IncomingMessage, response: ServerResponse): void {
    if (method === 'HEAD') return void response.writeHead(200).end();
    if (this.#isOver || this.#readers.size >= MOST_READERS) {
      return void response.writeHead(503).end();
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    this.#add({ response, next: this.#nextFor(headers['last-event-id']), latest: 0 });
  }

  /** Gives readers a moment for what they do not have yet, and ends. */
  async close(): Promise<void> {
    this.#isOver = true;
    const ends = [...this.#readers].map(
      ({ response }) => new Promise((resolve) => response.once('close', resolve)),
    );
    this.#flushAll();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, LAST_WORDS_MS)));
    await Promise.race([Promise.all(ends), late]);
    clearTimeout(timer);
    for (const { response } of this.#readers) response.destroy();
  }

  #add(reader: Reader): void {
    const { response } = reader;
    this.wasRead = true;
    this.#readers.add(reader);
    response.on('close', () => this.#readers.delete(reader));
    response.on('drain', () => this.#flush(reader));
    // What was sent to one that has gone is nobody's loss.
    response.on('error', () => this.#readers.delete(reader));
    response.setTimeout(STUCK_MS, () => {
      if (response.writableNeedDrain) response.destroy();
    });
    this.#flush(reader);
  }

  #nextFor(lastId: string | string[] | undefined): number {
    const [name, number] = String(lastId ?? '').split('.');
    const next = Number(number);
    const isOurs = name === this.#name && Number.isInteger(next) && next >= 0;
    return isOurs && next <= this.#log.length ? next : 0;
  }

  #flushAll(): void {
    for (const reader of this.#readers) this.#flush(reader);
  }

  #flush(reader: Reader): void {
    const { response } = reader;
    while (reader.next < this.#log.length) {
      if (response.writableNeedDrain) return;
      response.write(this.#log[reader.next++]);
    }
    if (response.writableNeedDrain) return;
    if (reader.latest !== this.#latestNumber) {
      reader.latest = this.#latestNumber;
      response.write(this.#latest);
    }
    if (this.#isOver && !response.writableEnded) response.end();
  }
}
