/**
 * A table of any number of rows, of which only those in sight are elements. It can be sorted by every
 * column. The arrow keys go from row to row where rows can be chosen.
 */
import { el } from './element.ts';

/** A column of such a table; rows are numbers. */
export interface TableColumn {
  readonly title: string;
  readonly text: (row: number) => string;
  /** What it is sorted by. */
  readonly key: (row: number) => number;
  readonly isText?: boolean;
  /** A class for a cell. */
  readonly mark?: (row: number) => string;
}

/** What a table is made of. */
export interface TableOptions {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** Called with a row that was chosen; without it none can be. */
  readonly onChoose?: (row: number) => void;
}

/** As high as the style sheet makes a row, in pixels. */
const ROW_HEIGHT = 28;

/** So many rows beyond both edges are there already when they come into sight. */
const SPARE_ROWS = 12;

/** See the head of this file. */
export class RowTable {
  readonly root: HTMLElement;
  readonly #options: TableOptions;
  readonly #table: HTMLTableElement;
  readonly #body: HTMLTableSectionElement;
  readonly #heads: readonly HTMLTableCellElement[];
  #rows: Uint32Array = new Uint32Array();
  #sorted: Uint32Array = new Uint32Array();
  #sortedBy: { readonly column: number; readonly isFalling: boolean } | null = null;
  #chosen = -1;
  #first = -1;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#heads = options.columns.map((column, i) => this.#head(column, i));
    this.#body = el('tbody');
    const head = el('thead', {}, el('tr', { 'aria-rowindex': 1 }, ...this.#heads));
    this.#table = el('table', { class: 'rows', 'aria-label': options.label }, head, this.#body);
    this.root = el(
      'div',
      { class: 'window', tabindex: 0, role: 'region', 'aria-label': options.label },
      this.#table,
    );
    this.root.addEventListener('scroll', () => this.#draw(), { passive: true });
    this.#body.addEventListener('click', (event) => this.#clicked(event));
    this.#body.addEventListener('keydown', (event) => this.#pressed(event));
    new ResizeObserver(() => this.#draw(true)).observe(this.root);
  }

  /** The row that is marked as chosen; −1: none is. */
  get chosen(): number {
    return this.#chosen;
  }

  /** Shows those rows, sorted as before. */
  show(rows: Uint32Array): void {
    this.#rows = rows;
    this.#table.setAttribute('aria-rowcount', String(rows.length + 1));
    this.#sort();
  }

  /** Marks a row as chosen, without calling back. */
  choose(row: number): void {
    this.#chosen = row;
    this.#draw(true);
  }

  #head(column: TableColumn, i: number): HTMLTableCellElement {
    const button = el('button', { type: 'button' }, column.title);
    button.addEventListener('click', () => this.#sortBy(i));
    return el('th', { scope: 'col', class: column.isText ? 'text' : 'number' }, button);
  }

  #sortBy(column: number): void {
    const isAgain = this.#sortedBy?.column === column;
    this.#sortedBy = { column, isFalling: isAgain ? !this.#sortedBy!.isFalling : false };
    this.#heads.forEach((head, i) => {
      if (i === column) {
        head.setAttribute('aria-sort', this.#sortedBy!.isFalling ? 'descending' : 'ascending');
      } else head.removeAttribute('aria-sort');
    });
    this.root.scrollTop = 0;
    this.#sort();
  }

  #sort(): void {
    this.#sorted = this.#rows;
    if (this.#sortedBy !== null) {
      const { column, isFalling } = this.#sortedBy;
      const { key } = this.#options.columns[column]!;
      const keys = new Map<number, number>();
      for (const row of this.#rows) keys.set(row, key(row));
      const sign = isFalling ? -1 : 1;
      // The order of equals stays.
      this.#sorted = this.#rows
        .slice()
        .sort((a, b) => sign * (keys.get(a)! - keys.get(b)!) || a - b);
    }
    this.#draw(true);
  }

  #draw(isForced = false): void {
    const { scrollTop, clientHeight } = this.root;
    const inSight = Math.ceil((clientHeight || 400) / ROW_HEIGHT);
    const atTop = Math.floor(scrollTop / ROW_HEIGHT) - SPARE_ROWS;
    const first = Math.max(0, Math.min(atTop, this.#sorted.length - inSight));
    // A few rows more or less are worth no work.
    if (!isForced && Math.abs(first - this.#first) < SPARE_ROWS / 2) return;
    this.#first = first;
    const last = Math.min(this.#sorted.length, first + inSight + 2 * SPARE_ROWS);
    const shown = [...this.#sorted.subarray(first, last)];
    const focused = this.#focusedRow();
    this.#body.replaceChildren(
      this.#space(first),
      ...shown.map((row, i) => this.#row(row, first + i)),
      this.#space(this.#sorted.length - last),
    );
    if (focused !== null) this.#buttonOf(focused)?.focus({ preventScroll: true });
  }

  /** Stands for rows that are out of sight. */
  #space(rows: number): HTMLTableRowElement {
    const cell = el('td', { colspan: this.#options.columns.length });
    cell.style.height = `${rows * ROW_HEIGHT}px`;
    return el('tr', { class: 'space', 'aria-hidden': 'true', hidden: rows === 0 }, cell);
  }

  #row(row: number, place: number): HTMLTableRowElement {
    const { columns, onChoose } = this.#options;
    const cells = columns.map(({ text, isText, mark }, i) => {
      const kind = [isText ? 'text' : 'number', mark?.(row) ?? ''].join(' ').trim();
      if (i > 0) return el('td', { class: kind }, text(row));
      const isChosen = row === this.#chosen;
      const name =
        onChoose === undefined
          ? text(row)
          : el('button', { type: 'button', 'aria-pressed': String(isChosen) }, text(row));
      return el('th', { scope: 'row', class: kind }, name);
    });
    const chosen = row === this.#chosen ? 'chosen' : '';
    const attributes = { 'aria-rowindex': place + 2, 'data-row': row, 'data-place': place };
    return el('tr', { ...attributes, class: chosen }, ...cells);
  }

  #clicked({ target }: Event): void {
    const row = (target as Element).closest('tr')?.dataset['row'];
    if (row === undefined || this.#options.onChoose === undefined) return;
    this.choose(Number(row));
    this.#buttonOf(Number(row))?.focus({ preventScroll: true });
    this.#options.onChoose(Number(row));
  }

  #pressed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const place = (event.target as Element).closest('tr')?.dataset['place'];
    if (step === undefined || place === undefined) return;
    const next = Number(place) + step;
    const row = this.#sorted[next];
    if (row === undefined) return;
    event.preventDefault();
    this.#bringIntoSight(next);
    this.#buttonOf(row)?.focus({ preventScroll: true });
  }

  #bringIntoSight(place: number): void {
    const top = place * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.root;
    // The heading stays over the rows.
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top + 2 * ROW_HEIGHT > scrollTop + clientHeight) {
      this.root.scrollTop = top + 2 * ROW_HEIGHT - clientHeight;
    }
    this.#draw(true);
  }

  #focusedRow(): number | null {
    const row = this.#body.contains(document.activeElement)
      ? document.activeElement!.closest('tr')?.dataset['row']
      : undefined;
    return row === undefined ? null : Number(row);
  }

  #buttonOf(row: number): HTMLButtonElement | null {
    return this.#body.querySelector(`tr[data-row="${row}"] button`);
  }
}
