import type { Host } from './host.ts';

/** Something that must be looked at when its time has come. */
export interface Timed {
  /** Host time in microseconds, while it is watched. Owned by `Deadlines`, set through `watch`. */
  deadlineUs: number;
  /** Place in the list of deadlines; -1 when not watched. Owned by `Deadlines`. */
  deadlineIndex: number;
  onDeadline(): void;
}

/**
 * Many deadlines behind the host's one alarm. Deadlines are seconds long and nearly always called off
 * long before they fire, so `watch` and `unwatch` touch no heap and, as a rule, no alarm: the alarm
 * is only ever moved forward in time when it rings, and then the list is walked once.
 */
export class Deadlines {
  readonly #host: Host;
  readonly #watched: Timed[] = [];
  #alarmUs = Infinity;

  constructor(host: Host) {
    this.#host = host;
  }

  /** How many are watched. */
  get count(): number {
    return this.#watched.length;
  }

  /** Calls `timed.onDeadline()` at or after `deadlineUs`; replaces the deadline it had. */
  watch(timed: Timed, deadlineUs: number): void {
    timed.deadlineUs = deadlineUs;
    if (timed.deadlineIndex < 0) {
      timed.deadlineIndex = this.#watched.length;
      this.#watched.push(timed);
    }
    if (deadlineUs < this.#alarmUs) this.#arm(deadlineUs);
  }

  /** Forgets `timed`. */
  unwatch(timed: Timed): void {
    const index = timed.deadlineIndex;
    if (index < 0) return;
    timed.deadlineIndex = -1;
    const last = this.#watched.pop()!;
    if (last === timed) return;
    last.deadlineIndex = index;
    this.#watched[index] = last;
  }

  /** To be called when the host's alarm rings. */
  fire(): void {
    const nowUs = this.#host.nowUs();
    this.#alarmUs = Infinity;
    // What is due is collected first: handlers watch and unwatch others, and themselves.
    const due = this.#watched.filter((timed) => timed.deadlineUs <= nowUs);
    try {
      for (const timed of due) {
        if (timed.deadlineIndex < 0 || timed.deadlineUs > nowUs) continue;
        this.unwatch(timed);
        timed.onDeadline();
      }
    } finally {
      // Also after an exception: one bug must not silence all the other deadlines.
      this.#armForNext();
    }
  }

  #armForNext(): void {
    let next = Infinity;
    for (const timed of this.#watched) if (timed.deadlineUs < next) next = timed.deadlineUs;
    if (next < this.#alarmUs) this.#arm(next);
  }

  #arm(atUs: number): void {
    this.#alarmUs = atUs;
    this.#host.setAlarm(atUs);
  }
}
