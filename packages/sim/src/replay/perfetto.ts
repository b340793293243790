/**
 * A journal as a trace for Perfetto: a process for each peer, in it rows of its requests and of its
 * connections, marks for messages and for what it learns, and an arrow for each piece from the end that
 * sent it to the end that it reached. The phases are a process of their own, on top.
 */
import { displaySafe } from '@imagemesh/peer';
import type { JournalEvent, RequestDone, RequestDue, WireClose } from '../journal/event.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { tellPiece } from './message.ts';
import type { Names } from './names.ts';
import { OutputFile } from './output-file.ts';
import { PeerRows, type Span } from './peer-rows.ts';
import type { Sink } from './sink.ts';
import { tell } from './telling.ts';
import { TraceEventFile } from './trace-event.ts';
import type { Piece, Scene, Side, TracedConnection } from './tracker.ts';

/** See the head of this file. */
export class PerfettoSink implements Sink {
  readonly #file: OutputFile;
  readonly #events: TraceEventFile;
  readonly #names: Names;
  readonly #rows: PeerRows;
  readonly #connections = new WeakMap<Side, Span>();
  readonly #requests = new Map<number, Span>();
  readonly #phases = new Map<number, Span>();
  #arrows = 0;

  /** Makes the file; throws a `ReplayError`. */
  constructor(path: string, names: Names) {
    this.#file = new OutputFile(path);
    this.#names = names;
    this.#events = new TraceEventFile(this.#file);
    this.#rows = new PeerRows(this.#events, names);
  }

  get isEmpty(): boolean {
    return this.#events.count === 0;
  }

  take(scene: Scene): void {
    const { event, connection, piece, due } = scene;
    switch (event.kind) {
      case 'dial':
      case 'open':
        this.#side(connection!, connection!.caller, connection!.dialUs);
        return;
      case 'bytes':
        return this.#piece(connection!, piece!);
      case 'close':
        return this.#close(event, connection!);
      case 'due':
        this.#request(event);
        return;
      case 'done':
        return due === null ? undefined : this.#done(event, due);
      case 'phase-start':
      case 'phase-end':
        return this.#phase(event.phase, event);
      case 'reached':
      case 'lost':
      case 'peer-up':
      case 'peer-down':
      case 'left-behind':
      case 'alarm':
        this.#rows.mark(event.peer, event.kind, tell(scene, this.#names).what, event.atUs);
    }
  }

  text(): string {
    return '';
  }

  finish(endUs: number): string {
    this.#rows.endAll(endUs);
    this.#events.finish();
    const { path, sizeBytes } = this.#file;
    return `${path}: ${showNumber(this.#events.count)} trace events, ${showFigure('bytes', sizeBytes)}; open it at https://ui.perfetto.dev`;
  }

  keep(): void {
    this.#file.keep();
  }

  close(): void {
    this.#file.close();
  }

  /** The span of one end of a connection, begun if that has not been done. */
  #side(connection: TracedConnection, side: Side, startUs: number): Span {
    const known = this.#connections.get(side);
    if (known !== undefined) return known;
    const { number } = connection;
    const other = this.#names.peer(connection.across(side).peer);
    const name = `${side === connection.caller ? 'to' : 'from'} ${other} #${number}`;
    const args = { connection: number, with: other };
    const span = this.#rows.begin(side.peer, 'connection', { name, startUs, args });
    this.#connections.set(side, span);
    return span;
  }

  #piece(connection: TracedConnection, piece: Piece): void {
    const { event, from, to } = piece;
    // Nobody is there to see it any more, and its span has ended.
    if (to.closed !== null) return;
    const [starts, ends] = [from, to].map((side) =>
      this.#side(connection, side, side === connection.caller ? connection.dialUs : event.atUs),
    ) as [Span, Span];
    if (event.length === 0 && !event.isLast) return;
    const name = tellPiece(piece, connection, this.#names);
    const args = { connection: connection.number, bytes: event.length, sentUs: event.sentUs };
    const cat = 'message';
    const at = { ts: event.atUs, pid: ends.pid, tid: ends.lane.tid };
    this.#events.write({ name, cat, ph: 'i', ...at, s: 't', args });
    const id = this.#arrows++;
    const left = { ts: event.sentUs, pid: starts.pid, tid: starts.lane.tid };
    this.#events.write({ name: cat, cat, ph: 's', id, ...left });
    this.#events.write({ name: cat, cat, ph: 'f', bp: 'e', id, ...at });
  }

  #close({ atUs, peer, cause }: WireClose, connection: TracedConnection): void {
    const side = connection.sideOf(peer);
    const startUs = side === connection.caller ? connection.dialUs : atUs;
    this.#rows.end(this.#side(connection, side, startUs), atUs, { cause: displaySafe(cause) });
  }

  #request({ request, peer, image, atUs }: RequestDue): Span {
    const name = this.#names.image(image);
    const span = this.#rows.begin(peer, 'request', { name, startUs: atUs, args: { request } });
    this.#requests.set(request, span);
    return span;
  }

  #done(done: RequestDone, due: RequestDue): void {
    // It was due before the time from which on events are shown.
    const span = this.#requests.get(done.request) ?? this.#request(due);
    this.#requests.delete(done.request);
    const { outcome, sizeBytes, from } = done;
    const source = from < 0 ? {} : { from: this.#names.peer(from) };
    this.#rows.end(span, done.atUs, { outcome: displaySafe(outcome), bytes: sizeBytes, ...source });
  }

  #phase(phase: number, { kind, atUs }: JournalEvent): void {
    const name = this.#names.phase(phase);
    if (kind === 'phase-start') {
      this.#phases.set(phase, this.#rows.begin(null, 'phase', { name, startUs: atUs, args: {} }));
      return;
    }
    const span = this.#phases.get(phase);
    if (span !== undefined) this.#rows.end(span, atUs, {});
  }
}
