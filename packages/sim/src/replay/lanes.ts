/** One row of spans that do not overlap. */
export interface Lane {
  /** Number among the rows of its group, from 0. */
  readonly index: number;
  /** The thread that it is in the trace; no two lanes share one. */
  readonly tid: number;
}

/** Rows for which there is room at first; then twice as many, and so on. */
const FIRST_ROOM = 8;

/**
 * Rows for spans that overlap: each goes into the first row that is free. Viewers take the spans of one
 * thread for calls inside one another, so two connections at once need two threads.
 *
 * The times from which on rows are free are the leaves of a tree in which each node has the earlier one of
 * the two below it: a peer can have hundreds of thousands of requests open at once, too many to look through
 * for each span.
 */
export class Lanes {
  readonly #lanes: Lane[] = [];
  readonly #newTid: () => number;
  readonly #onNew: (lane: Lane) => void;
  /** Node 1 is the root, those below n are 2n and 2n + 1, the leaves are the last half. Infinity: taken. */
  #tree: Float64Array = new Float64Array(2 * FIRST_ROOM).fill(Infinity);

  /** `onNew` is told of each row before it is used. */
  constructor(newTid: () => number, onNew: (lane: Lane) => void) {
    this.#newTid = newTid;
    this.#onNew = onNew;
  }

  /** A row for a span that begins at `startUs`; `release` it when the span ends. */
  take(startUs: number): Lane {
    if (!(this.#tree[1]! < startUs)) return this.#add();
    const lane = this.#lanes[this.#firstFree(startUs)]!;
    this.#set(lane.index, Infinity);
    return lane;
  }

  /** The span in this row ends at `atUs`: the next one can begin later than that. */
  release(lane: Lane, atUs: number): void {
    this.#set(lane.index, atUs);
  }

  /** There must be one. */
  #firstFree(startUs: number): number {
    const room = this.#room;
    let node = 1;
    while (node < room) node = this.#tree[2 * node]! < startUs ? 2 * node : 2 * node + 1;
    return node - room;
  }

  #add(): Lane {
    const lane = { index: this.#lanes.length, tid: this.#newTid() };
    if (lane.index === this.#room) this.#grow();
    this.#lanes.push(lane);
    this.#onNew(lane);
    return lane;
  }

  get #room(): number {
    return this.#tree.length / 2;
  }

  #set(index: number, freeUs: number): void {
    const tree = this.#tree;
    let node = this.#room + index;
    tree[node] = freeUs;
    for (node >>= 1; node > 0; node >>= 1) {
      tree[node] = Math.min(tree[2 * node]!, tree[2 * node + 1]!);
    }
  }

  /** The tree so far becomes the left half of one twice as large. */
  #grow(): void {
    const before = this.#tree;
    const room = this.#room;
    this.#tree = new Float64Array(2 * before.length).fill(Infinity);
    for (let index = 0; index < room; index++) this.#set(index, before[room + index]!);
  }
}
