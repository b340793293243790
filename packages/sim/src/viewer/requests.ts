import { REQUEST_CLASSES, type ColumnName } from '../page/page-data.ts';
import { choice, el, field } from './element.ts';
import { RowTable, type TableColumn } from './row-table.ts';
import type { Run } from './run.ts';
import { section, type Section } from './section.ts';
import { SequenceView } from './sequence.ts';
import { showCount, showFigure, showMoment, showNumber, showTime } from './show.ts';

/** Requests as a table that can be filtered and sorted, and the course of the one that is chosen. */
export class RequestSection implements Section {
  readonly id: string;
  readonly title: string;
  readonly root: HTMLElement;
  readonly #search: HTMLInputElement = el('input', { type: 'search', autocomplete: 'off' });
  readonly #class: HTMLSelectElement = choice([
    ['', 'all'],
    ['bad', 'wrong or failed'],
    ...REQUEST_CLASSES.map((name) => [name, name] as const),
  ]);
  readonly #phase: HTMLSelectElement = choice([['', 'all']]);
  readonly #slow: HTMLInputElement = el('input', {
    type: 'number',
    min: 0,
    step: 'any',
    placeholder: '0',
  });
  readonly #count: HTMLElement = el('output', { class: 'count' });
  readonly #sequence: SequenceView = new SequenceView();
  readonly #table: RowTable;
  #run: Run | null = null;
  #isChosenByHand = false;
  #told = -1;

  constructor() {
    ({ id: this.id, title: this.title, root: this.root } = section('requests', 'Requests'));
    this.#table = new RowTable({
      label: 'Table of requests',
      columns: this.#columns(),
      onChoose: (row) => {
        this.#isChosenByHand = true;
        this.#sequence.show(this.#run!, row);
      },
    });
    const filters = [
      field('Number, peer or image', this.#search),
      field('Came out', this.#class),
      field('Phase', this.#phase),
      field('Took at least (ms)', this.#slow),
    ];
    for (const input of [this.#search, this.#class, this.#phase, this.#slow]) {
      input.addEventListener('input', () => this.#filter());
    }
    this.root.append(
      el('div', { class: 'filters' }, ...filters, this.#count),
      this.#table.root,
      this.#sequence.root,
    );
  }

  update(run: Run): void {
    if (this.#isHeld(run)) return;
    const before = this.#run;
    this.#run = run;
    if (before === null) {
      const { phases } = run.head;
      this.#phase.append(...phases.map(({ name }) => el('option', { value: name }, name)));
    }
    const chosen = before === null ? -1 : this.#rowNow(before, run);
    this.#filter();
    if (chosen >= 0) this.#table.choose(chosen);
    else this.#chooseTelling(run);
  }

  /** While a run goes on rows come and go; not under the hand of somebody who is about to choose one. */
  #isHeld({ head }: Run): boolean {
    return (
      head.isRunning && this.#run !== null && this.#table.root.matches(':hover, :focus-within')
    );
  }

  /** Where the request is now that somebody chose before; −1: nobody chose, or it is gone. */
  #rowNow(before: Run, run: Run): number {
    if (!this.#isChosenByHand) return -1;
    const number = before.column('request.number')[this.#table.chosen];
    return Array.prototype.indexOf.call(run.column('request.number'), number);
  }

  /** The first that went wrong or failed, or the slowest: what people look for. */
  #chooseTelling(run: Run): void {
    const took = run.column('request.took');
    const classes = run.column('request.class');
    let best = -1;
    for (let row = 0; row < classes.length; row++) {
      if (isBad(classes[row]!)) {
        best = row;
        break;
      }
      if (best < 0 || took[row]! > took[best]!) best = row;
    }
    if (best < 0 || this.#isChosenByHand) return;
    this.#table.choose(best);
    const number = run.column('request.number')[best]!;
    // It is read out, so that it changes only when it is about another one.
    if (number === this.#told && run.head.isRunning) return;
    this.#told = number;
    this.#sequence.show(run, best);
  }

  #filter(): void {
    const run = this.#run;
    if (run === null) return;
    const total = run.column('request.number').length;
    const isWanted = this.#wanted(run);
    const rows = new Uint32Array(total);
    let count = 0;
    for (let row = 0; row < total; row++) if (isWanted(row)) rows[count++] = row;
    this.#count.textContent = `${showNumber(count)} of ${showCount(total, 'request')}`;
    this.#table.show(rows.subarray(0, count));
  }

  /** All filters together; names are looked through once, not for each request. */
  #wanted(run: Run): (row: number) => boolean {
    const search = this.#search.value.trim().toLowerCase();
    const peers = new Set<number>();
    const images = new Set<number>();
    run.head.peers.forEach((name, peer) => name.toLowerCase().includes(search) && peers.add(peer));
    run.head.images.forEach(
      (name, image) => name.toLowerCase().includes(search) && images.add(image),
    );
    const phase = run.head.phases.findIndex(({ name }) => name === this.#phase.value);
    const slowUs = Number(this.#slow.value) * 1_000;
    const kind = REQUEST_CLASSES.findIndex((name) => name === this.#class.value);
    const [numbers, asked, wished, came, took, phases] = (
      ['number', 'peer', 'image', 'class', 'took', 'phase'] as const
    ).map((name) => run.column(`request.${name}`)) as Tuple6;
    return (row) =>
      (this.#class.value === '' ||
        (this.#class.value === 'bad' ? isBad(came[row]!) : came[row] === kind)) &&
      (phase < 0 || phases[row] === phase) &&
      (slowUs === 0 || took[row]! >= slowUs) &&
      (search === '' ||
        peers.has(asked[row]!) ||
        images.has(wished[row]!) ||
        (wished[row]! < 0 && run.imageName(wished[row]!).includes(search)) ||
        String(numbers[row]) === search);
  }

  #value(name: ColumnName, row: number): number {
    return this.#run!.column(name)[row] ?? 0;
  }

  #columns(): TableColumn[] {
    const value = (name: ColumnName, row: number): number => this.#value(name, row);
    const column = (
      title: string,
      name: ColumnName,
      text: (value: number) => string,
      isText = false,
    ): TableColumn => ({
      ...{ title, isText, text: (row) => text(value(name, row)), key: (row) => value(name, row) },
    });
    const peer = (number: number): string => (number < 0 ? '–' : this.#run!.peerName(number));
    return [
      column('request', 'request.number', String),
      column('due at', 'request.at', showMoment),
      column('asker', 'request.peer', peer, true),
      column('image', 'request.image', (image) => this.#run!.imageName(image), true),
      {
        ...column('came out', 'request.class', (number) => REQUEST_CLASSES[number]!, true),
        mark: (row) => (isBad(value('request.class', row)) ? 'fails' : ''),
      },
      column('answer', 'request.outcome', (number) => this.#run!.head.outcomes[number] ?? '', true),
      column('took', 'request.took', (us) => (us < 0 ? '–' : showTime(us))),
      column('from', 'request.from', peer, true),
      column('size', 'request.size', (bytes) => (bytes < 0 ? '–' : showFigure('bytes', bytes))),
      column('asked', 'request.attempts', (count) => (count < 0 ? 'not kept' : String(count))),
    ];
  }
}

type Tuple6 = [
  ...[ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
  ...[ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
];

function isBad(number: number): boolean {
  const name = REQUEST_CLASSES[number];
  return name === 'wrong' || name === 'failed';
}
