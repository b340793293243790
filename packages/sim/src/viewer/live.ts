/** Shows a run while it goes on, out of the events that `page/live-page.ts` sends. */
import type { ColumnName, Columns, PageHead } from '../page/page-data.ts';
import { decode, Run, type Decoded } from './run.ts';

/** What it does with what it hears. */
export interface LiveView {
  /** Shows the run as it is now. */
  show(run: Run): void;
  /** Says in a sentence how it stands with the connection; an empty one: well. */
  tell(sentence: string): void;
}

/** What happened in the network so far; these columns grow. */
type Grown = Map<ColumnName, number[]>;

/** Hears the events of one page, in their order. */
class LiveReader {
  readonly #view: LiveView;
  readonly #source: EventSource = new EventSource('events');
  #head: Partial<PageHead> = {};
  #grown: Grown = new Map();
  /** What came before must be decoded first. */
  #before: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(view: LiveView) {
    this.#view = view;
  }

  /** Begins to hear. */
  start(): void {
    this.#on('begin', ({ head }) => {
      this.#head = head;
      this.#grown = new Map();
    });
    this.#on('network', ({ columns }) => this.#grow(columns));
    this.#on('now', ({ head, columns }) => this.#showNow(head, columns));
    this.#on('end', ({ head, columns }) => this.#end(new Run(head as PageHead, columns)));
    this.#source.onopen = () => this.#view.tell('');
    this.#source.onerror = () => this.#lost();
  }

  #on(name: string, take: (decoded: Decoded) => void): void {
    this.#source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      this.#before = this.#before
        .then(async () => take(await decode(bytesOf(data))))
        .catch((problem: unknown) =>
          this.#view.tell(`Something that came cannot be shown: ${String(problem)}.`),
        );
    });
  }

  #grow(columns: Columns): void {
    for (const [name, values] of columns) {
      const grown = this.#grown.get(name) ?? [];
      for (let i = 0; i < values.length; i++) grown.push(values[i]!);
      this.#grown.set(name, grown);
    }
  }

  #showNow(head: Partial<PageHead>, columns: Columns): void {
    const whole = { ...this.#head, ...head } as PageHead;
    this.#view.show(new Run(whole, new Map([...this.#grown, ...columns])));
  }

  #end(run: Run): void {
    this.#isOver = true;
    this.#view.tell('');
    this.#view.show(run);
  }

  /** The browser tries again by itself, but for a run that is over there is nothing more to come. */
  #lost(): void {
    if (this.#isOver) this.#source.close();
    else this.#view.tell('The run cannot be reached any more; this is what was known of it.');
  }
}

/** Shows a run until it is over. */
export function follow(view: LiveView): void {
  new LiveReader(view).start();
}

/** Out of base64; browsers of before 2025 know no other way. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
