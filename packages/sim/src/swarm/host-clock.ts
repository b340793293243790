/** So many of the last round trips are looked at: clocks drift, so that old ones tell less and less. */
const KEPT = 60;

/** One question for the time of a host and its answer. */
interface RoundTrip {
  readonly tookMs: number;
  /** What the clock of the host is ahead of ours, if both ways took as long. */
  readonly aheadMs: number;
}

/**
 * What the clock of a host shows when ours shows something, from questions for its time: the quickest answer of late
 * tells best, and is wrong by half of its round trip at most. This is how NTP does it.
 */
export class HostClock {
  readonly #trips: RoundTrip[] = [];
  #best: RoundTrip = { tookMs: Infinity, aheadMs: 0 };

  /** Takes in an answer: asked at `sentMs` and heard at `heardMs` of our clock, it says `atMs` of that of the host. */
  note(sentMs: number, atMs: number, heardMs: number): void {
    this.#trips.push({ tookMs: heardMs - sentMs, aheadMs: atMs - (sentMs + heardMs) / 2 });
    if (this.#trips.length > KEPT) this.#trips.shift();
    this.#best = this.#trips.reduce((best, one) => (one.tookMs <= best.tookMs ? one : best));
  }

  /** By how much it may be wrong, in milliseconds; Infinity before the first answer. */
  get errorMs(): number {
    return this.#best.tookMs / 2;
  }

  /** A moment of ours on the clock of the host. */
  there(hereMs: number): number {
    return hereMs + this.#best.aheadMs;
  }

  /** A moment of the clock of the host on ours. */
  here(thereMs: number): number {
    return thereMs - this.#best.aheadMs;
  }
}
