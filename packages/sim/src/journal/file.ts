import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ImageContent } from '../plan/images.ts';
import type { Plan } from '../plan/plan.ts';
import type { JournalEvent } from './event.ts';
import { eventLine } from './event-line.ts';
import type { Journal } from './journal.ts';
import type { JournalEnd } from './reader.ts';

/** Events are handed to the stream in pieces of about so many characters. */
const CHUNK_CHARACTERS = 64 * 1_024;

/**
 * Writes a journal to a file: a line of JSON for the plan's peers and images, then one for each event, and
 * one that says that this was all.
 */
export class JournalFile implements Journal {
  readonly #stream: WriteStream;
  readonly #finished: Promise<void>;
  #chunk = '';
  #events = 0;

  /** Opens the file at once; throws the system's error when that cannot be done. */
  constructor(path: string, plan: Plan) {
    this.#stream = createWriteStream(path, { fd: openSync(path, 'w') });
    this.#finished = finished(this.#stream);
    // Whoever closes the file is told; until then nobody listens.
    this.#finished.catch(() => {});
    const { scenario, seed, peers, images, faults } = plan;
    const head = {
      journal: 1,
      scenario: scenario.name,
      imagesFrom: scenario.images.from,
      seed,
      phases: scenario.phases.map((phase) => phase.name),
      peers: peers.map((peer) => peer.name),
      faults: faults.map(({ fault }) => fault.text),
      images: images.map(({ name, owners, others, ...first }) => ({
        name,
        ...contentHead(first),
        owners,
        ...(others.length > 0 && {
          others: others.map((other) => ({
            version: other.version,
            ...contentHead(other.content),
            owners: other.owners,
          })),
        }),
      })),
    };
    this.#chunk = `${JSON.stringify(head)}\n`;
  }

  write(event: JournalEvent): void {
    this.#events++;
    this.#chunk += `${eventLine(event)}\n`;
    if (this.#chunk.length < CHUNK_CHARACTERS) return;
    this.#stream.write(this.#chunk);
    this.#chunk = '';
  }

  /**
   * Writes what is left and the end mark. `problem` says why the run did not come to its end; null: it did.
   * Rejects with the system's error if anything could not be written.
   */
  async close(problem: string | null = null): Promise<void> {
    const end: JournalEnd = { kind: 'end', events: this.#events, problem };
    this.#stream.end(`${this.#chunk}${JSON.stringify(end)}\n`);
    await this.#finished;
  }
}

function contentHead({ source, sizeBytes, sha256 }: ImageContent): object {
  return { ...('picture' in source && { picture: source.picture.kind }), sizeBytes, sha256 };
}
