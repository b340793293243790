import type { Journal } from '../journal/journal.ts';
import type { JournalEvent } from '../journal/event.ts';

/**
 * Which kinds of things happened in a run: how requests came out, after which answers, while how many faults held.
 * Two runs with the same signature have shown nothing that one of them alone does not show.
 */
export class BehaviourLog implements Journal {
  readonly #seen = new Set<string>();
  #faults = 0;

  write(event: JournalEvent): void {
    if (event.kind === 'fault-begins') this.#faults++;
    else if (event.kind === 'fault-ends') this.#faults--;
    else if (event.kind === 'peer-down') this.#seen.add('down');
    else if (event.kind === 'left-behind') this.#seen.add('left');
    else if (event.kind === 'done') {
      const answers = [...new Set(event.attempts.map(({ outcome }) => outcome))].sort();
      const trouble = this.#faults === 0 ? 'quiet' : 'trouble';
      this.#seen.add(`${trouble} ${event.outcome} after ${answers.join('+')}`);
    }
  }

  /** The kinds, in order, as one text. */
  signature(): string {
    return [...this.#seen].sort().join('\n');
  }
}
