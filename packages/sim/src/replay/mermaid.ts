import { displaySafe } from '@imagemesh/peer';
import { kindOf, tellMessage } from './message.ts';
import type { Names } from './names.ts';
import { ReplayError } from './replay-error.ts';
import type { Sink } from './sink.ts';
import { tell } from './telling.ts';
import type { Scene, Side, TracedConnection } from './tracker.ts';

/** More arrows than this no browser draws in a readable way, and Mermaid itself gives up on long text. */
const MOST_MESSAGES = 500;
const MOST_NOTES = 2_000;

/** What stands under the participants; a note over nobody spans all, who are known only at the end. */
type Line = { readonly arrow: string } | { readonly note: string; readonly over: number | null };

/**
 * A sequence diagram: an arrow for each message, however many pieces it arrived in, and notes for what
 * the peers learn, for requests and for phases. Collected, since participants are declared first.
 */
export class MermaidSink implements Sink {
  readonly #names: Names;
  readonly #participants = new Set<number>();
  readonly #lines: Line[] = [];
  /** Bytes of each side that the diagram has shown. */
  readonly #shown = new WeakMap<Side, number>();
  #messages = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#participants.size === 0;
  }

  take(scene: Scene): void {
    const { event, connection, piece } = scene;
    switch (event.kind) {
      case 'bytes': {
        // Nobody is there to read it any more.
        if (piece!.to.closed !== null) return;
        // The callee may answer before the caller has ended its side: the request is whole all the same.
        if (event.length > 0) this.#message(piece!.to, connection!, false);
        if (event.isLast) this.#message(piece!.from, connection!, false);
        return;
      }
      case 'close':
        return this.#close(scene, connection!);
      case 'reached':
      case 'lost':
      case 'peer-down':
      case 'left-behind':
      case 'alarm':
      case 'due':
        return this.#note(event.peer, tell(scene, this.#names).what);
      case 'done':
        return this.#note(scene.due?.peer ?? null, tell(scene, this.#names).what);
      case 'phase-start':
      case 'phase-end':
        return this.#note(null, tell(scene, this.#names).what);
    }
  }

  text(): string {
    return '';
  }

  finish(): string {
    const all = [...this.#participants];
    const participants = all.map(
      (peer) => `    participant ${id(peer)} as ${escape(this.#names.peer(peer))}\n`,
    );
    const span = [...new Set([all[0]!, all.at(-1)!])].map(id).join(',');
    const lines = this.#lines.map((line) => {
      if ('arrow' in line) return `    ${line.arrow}\n`;
      return `    Note over ${line.over === null ? span : id(line.over)}: ${line.note}\n`;
    });
    return `sequenceDiagram\n${participants.join('')}${lines.join('')}`;
  }

  keep(): void {}

  close(): void {}

  #close({ event }: Scene, connection: TracedConnection): void {
    if (event.kind !== 'close') return;
    const { caller, callee } = connection;
    const isWhole = event.cause === 'end';
    for (const side of [caller, callee])
      this.#message(side, connection, !isWhole && !side.hasEnded);
    if (isWhole) return;
    if (event.cause === 'refused') return this.#arrow(callee, caller, '-x', 'refused');
    this.#note(event.peer, `closes (${displaySafe(event.cause)})`);
  }

  /** Shows what has arrived from a side, unless that has been shown. */
  #message(side: Side, connection: TracedConnection, isCut: boolean): void {
    if (side.arrivedBytes === (this.#shown.get(side) ?? 0)) return;
    this.#shown.set(side, side.arrivedBytes);
    const text = tellMessage(side, connection, this.#names);
    const isReply = ['PEERS', 'RES', 'ERR'].includes(kindOf(side.words));
    const arrow = isReply ? '-->>' : '->>';
    this.#arrow(
      side,
      connection.across(side),
      isCut ? '-x' : arrow,
      isCut ? `${text}, cut off` : text,
    );
  }

  #arrow(from: Side, to: Side, arrow: string, text: string): void {
    if (++this.#messages > MOST_MESSAGES) {
      throw new ReplayError(
        `A diagram has at most ${MOST_MESSAGES} messages: narrow it with --from, --to, --peer, --connection or --request.`,
      );
    }
    this.#participants.add(from.peer).add(to.peer);
    this.#lines.push({ arrow: `${id(from.peer)}${arrow}${id(to.peer)}: ${escape(text)}` });
  }

  #note(over: number | null, text: string): void {
    if (this.#lines.length - this.#messages >= MOST_NOTES) {
      throw new ReplayError(
        `A diagram has at most ${MOST_NOTES} notes: narrow it with --from, --to, --peer, --connection or --request.`,
      );
    }
    if (over !== null) this.#participants.add(over);
    this.#lines.push({ note: escape(text), over });
  }
}

/** Names may hold anything; numbers are safe identifiers. */
function id(peer: number): string {
  return peer < 0 ? 'nobody' : `p${peer}`;
}

/** What ends a statement, begins an entity or a tag, or is a comment, as Mermaid's entities. */
function escape(text: string): string {
  return text.replaceAll(/[#;<>%]/g, (character) => `#${character.codePointAt(0)};`);
}
