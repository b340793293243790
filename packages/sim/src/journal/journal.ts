import type { JournalEvent } from './event.ts';

/** Where events go. `write` is synchronous and keeps the order. */
export interface Journal {
  write(event: JournalEvent): void;
}

/** A journal that passes each event on to several, in order. */
export function tee(journals: readonly Journal[]): Journal {
  return {
    write(event) {
      for (const journal of journals) journal.write(event);
    },
  };
}
