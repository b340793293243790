import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';

/** So much later than it was heard of at all may a host tell of something, in batches and by a clock that is a bit off. */
const SLACK_US = 500_000;

/**
 * Puts events of several hosts, which come in batches, and those that are written before their time, into the order of
 * their times. It holds each back until all hosts have been heard of since, by the clock of the samples that the lab
 * takes of itself: a host that is lost has been so since it was last heard, which is found out later.
 */
export class OrderedJournal implements Journal {
  readonly #journal: Journal;
  readonly #silenceUs: () => number;
  #held: JournalEvent[] = [];
  #nowUs = 0;
  #writtenUs = 0;

  /** `silenceUs` tells for how long nothing was heard of some host. */
  constructor(journal: Journal, silenceUs: () => number) {
    this.#journal = journal;
    this.#silenceUs = silenceUs;
  }

  write(event: JournalEvent): void {
    this.#held.push(event);
    if (event.kind !== 'harness') return;
    this.#nowUs = event.atUs;
    this.#release(event.atUs - this.#silenceUs() - SLACK_US);
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
