import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';

/**
 * Puts events of several hosts, which come in batches, and those that are written before their time, into the order of
 * their times. It holds each back for a while, by the clock of the samples that the lab takes of itself.
 */
export class OrderedJournal implements Journal {
  readonly #journal: Journal;
  readonly #holdUs: number;
  #held: JournalEvent[] = [];
  #nowUs = 0;
  #writtenUs = 0;

  constructor(journal: Journal, holdUs: number) {
    this.#journal = journal;
    this.#holdUs = holdUs;
  }

  write(event: JournalEvent): void {
    this.#held.push(event);
    if (event.kind !== 'harness') return;
    this.#nowUs = event.atUs;
    this.#release(event.atUs - this.#holdUs);
  }

  /** Hands on all that has happened; what was to be asked later and never was is forgotten. */
  end(): void {
    const nowUs = this.#held.reduce(
      (last, { kind, atUs }) => (kind === 'due' ? last : Math.max(last, atUs)),
      this.#nowUs,
    );
    this.#release(nowUs);
    this.#held = [];
  }

  #release(untilUs: number): void {
    this.#held.sort((a, b) => a.atUs - b.atUs);
    let count = this.#held.findIndex(({ atUs }) => atUs > untilUs);
    if (count < 0) count = this.#held.length;
    for (const event of this.#held.splice(0, count)) {
      // What comes too late to be in its place is not put before what is written already.
      this.#writtenUs = Math.max(this.#writtenUs, event.atUs);
      this.#journal.write({ ...event, atUs: this.#writtenUs });
    }
  }
}
