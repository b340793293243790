import { painter, type Paint, type Style } from '../report/screen-text.ts';
import type { Names } from './names.ts';
import type { Sink } from './sink.ts';
import { tell, type Tone } from './telling.ts';
import type { Scene } from './tracker.ts';

const STYLES: Readonly<Record<Tone, Style | null>> = {
  HELLO: 'cyan',
  PEERS: 'cyan',
  REQ: 'yellow',
  RES: 'green',
  ERR: 'magenta',
  other: null,
  connection: 'dim',
  trouble: 'red',
  mesh: 'blue',
  phase: 'bold',
  request: ['bold', 'yellow'],
  lab: 'dim',
};

/** `9999.999999`: longer runs have wider lines at their end. */
const TIME_COLUMNS = 11;
const CONNECTION_COLUMNS = 7;

/** Longer names push the rest of their line to the right. */
const MOST_WHO_COLUMNS = 44;

/** A line for each event: time, connection, who, what. */
export class TextSink implements Sink {
  readonly #names: Names;
  readonly #paint: Paint;
  readonly #whoColumns: number;
  #text = '';
  isEmpty = true;

  constructor(names: Names, color: boolean) {
    this.#names = names;
    this.#paint = painter(color);
    this.#whoColumns = Math.min(MOST_WHO_COLUMNS, 2 * names.longest + ' → '.length);
  }

  take(scene: Scene): void {
    this.isEmpty = false;
    const { tone, who, what } = tell(scene, this.#names);
    const style = STYLES[tone];
    const number = scene.connection === null ? '' : `#${scene.connection.number}`;
    const time = this.#paint('dim', formatTime(scene.event.atUs).padStart(TIME_COLUMNS));
    const connection = this.#paint('dim', number.padEnd(CONNECTION_COLUMNS));
    const told = style === null ? what : this.#paint(style, what);
    this.#text += `${time}  ${connection}  ${who.padEnd(this.#whoColumns)}  ${told}\n`;
  }

  text(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  finish(): string {
    return this.text();
  }

  keep(): void {}

  close(): void {}
}

/** Seconds to the microsecond, `0.052341`. */
export function formatTime(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  return `${seconds}.${String(us % 1_000_000).padStart(6, '0')}`;
}
