/** One row of spans that do not overlap. */
export interface Lane {
  /** Number among the rows of its group, from 0. */
  readonly index: number;
  /** The thread that it is in the trace; no two lanes share one. */
  readonly tid: number;
  /** Where its newest span ends; Infinity while that is open. */
  freeUs: number;
}

/**
 * Rows for spans that overlap: each goes into the first row that is free. Viewers take the spans of one
 * thread for calls inside one another, so two connections at once need two threads.
 */
export class Lanes {
  readonly #lanes: Lane[] = [];
  readonly #newTid: () => number;
  readonly #onNew: (lane: Lane) => void;

  /** `onNew` is told of each row before it is used. */
  constructor(newTid: () => number, onNew: (lane: Lane) => void) {
    this.#newTid = newTid;
    this.#onNew = onNew;
  }

  /** A row for a span that begins at `startUs`; set `freeUs` when it ends. */
  take(startUs: number): Lane {
    let lane = this.#lanes.find(({ freeUs }) => freeUs < startUs);
    if (lane === undefined) {
      lane = { index: this.#lanes.length, tid: this.#newTid(), freeUs: Infinity };
      this.#lanes.push(lane);
      this.#onNew(lane);
    }
    lane.freeUs = Infinity;
    return lane;
  }
}
