import { Lanes, type Lane } from './lanes.ts';
import type { Names } from './names.ts';
import type { TraceEventFile } from './trace-event.ts';

/** What rows are for; in this order from the top. */
export type RowKind = 'phase' | 'request' | 'connection';

/** A span that has begun. */
export interface Span {
  readonly kind: RowKind;
  readonly pid: number;
  readonly lane: Lane;
  /** Where the row is given back. */
  readonly lanes: Lanes;
}

/** What a span shows. */
export interface SpanStart {
  readonly name: string;
  readonly startUs: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Process of the phases; that of peer n is `FIRST_PEER_PID` + n. 0 is the idle task to Perfetto. */
const RUN_PID = 1;
const FIRST_PEER_PID = 2;

/** Rows of one kind stand together, and a peer's marks above them. */
const SORT: Readonly<Record<RowKind, number>> = { phase: 1, request: 1, connection: 10_000 };

/**
 * Spans end this much later than they did, a nanosecond: an arrow that leaves in the very moment in
 * which a connection closes must still begin within its span, or the viewer drops it.
 */
const CLOSED_END_US = 0.001;

interface Process {
  readonly pid: number;
  readonly lanes: Map<RowKind, Lanes>;
  /** The thread of its marks; 0 while it has none. */
  marks: number;
}

/** The processes and threads of a trace: who has which rows, and where the next span goes. */
export class PeerRows {
  readonly #events: TraceEventFile;
  readonly #names: Names;
  readonly #processes = new Map<number, Process>();
  readonly #open = new Set<Span>();
  #tids: number;

  constructor(events: TraceEventFile, names: Names) {
    this.#events = events;
    this.#names = names;
    // A thread with the number of its process is taken for the main one and sorted first.
    this.#tids = FIRST_PEER_PID + names.head.peers.length;
  }

  /** Begins a span of a peer, or of the run (null). */
  begin(peer: number | null, kind: RowKind, { name, startUs, args }: SpanStart): Span {
    const process = this.#process(peer);
    const lanes = this.#lanes(process, kind);
    const lane = lanes.take(startUs);
    const span = { kind, pid: process.pid, lane, lanes };
    this.#open.add(span);
    const { pid } = process;
    this.#events.write({ name, cat: kind, ph: 'B', ts: startUs, pid, tid: lane.tid, args });
    return span;
  }

  /** Ends a span; one that has ended stays as it is. */
  end(span: Span, atUs: number, args: Readonly<Record<string, unknown>>): void {
    if (!this.#open.delete(span)) return;
    const { kind, pid, lane, lanes } = span;
    lanes.release(lane, atUs);
    const ts = atUs + CLOSED_END_US;
    this.#events.write({ name: '', cat: kind, ph: 'E', ts, pid, tid: lane.tid, args });
  }

  /** Ends whatever is open: what is shown ends here. */
  endAll(atUs: number): void {
    for (const span of this.#open) this.end(span, atUs, { isOpen: true });
  }

  /** A moment in the life of a peer. */
  mark(peer: number, cat: string, name: string, atUs: number): void {
    const process = this.#process(peer);
    const { pid } = process;
    if (process.marks === 0) {
      process.marks = this.#tids++;
      this.#name(pid, process.marks, 'events', 0);
    }
    this.#events.write({ name, cat, ph: 'i', ts: atUs, pid, tid: process.marks, s: 't' });
  }

  #process(peer: number | null): Process {
    const pid = peer === null ? RUN_PID : FIRST_PEER_PID + peer;
    let process = this.#processes.get(pid);
    if (process === undefined) {
      process = { pid, lanes: new Map(), marks: 0 };
      this.#processes.set(pid, process);
      const name = peer === null ? 'run' : this.#names.peer(peer);
      this.#events.write({ name: 'process_name', ph: 'M', pid, args: { name } });
      this.#events.write({ name: 'process_sort_index', ph: 'M', pid, args: { sort_index: pid } });
    }
    return process;
  }

  #lanes({ pid, lanes }: Process, kind: RowKind): Lanes {
    let found = lanes.get(kind);
    if (found === undefined) {
      const newTid = (): number => this.#tids++;
      found = new Lanes(newTid, ({ tid, index }) => {
        this.#name(pid, tid, `${kind}s ${index + 1}`, SORT[kind] + index);
      });
      lanes.set(kind, found);
    }
    return found;
  }

  #name(pid: number, tid: number, name: string, sort_index: number): void {
    this.#events.write({ name: 'thread_name', ph: 'M', pid, tid, args: { name } });
    this.#events.write({ name: 'thread_sort_index', ph: 'M', pid, tid, args: { sort_index } });
  }
}
