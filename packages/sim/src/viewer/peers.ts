import { PEER_STATES, type ColumnName } from '../page/page-data.ts';
import { choice, el, field } from './element.ts';
import { RowTable, type TableColumn } from './row-table.ts';
import { Run } from './run.ts';
import { section, type Section } from './section.ts';
import { showCount, showFigure, showNumber } from './show.ts';

/** All peers with what they asked, sent and received, as a table that can be filtered and sorted. */
export class PeerSection implements Section {
  readonly id: string;
  readonly title: string;
  readonly root: HTMLElement;
  readonly #search: HTMLInputElement = el('input', { type: 'search', autocomplete: 'off' });
  readonly #group: HTMLSelectElement = choice([['', 'all']]);
  readonly #state: HTMLSelectElement = choice([
    ['', 'all'],
    ...PEER_STATES.map((name) => [name, name] as const),
    ['bad', 'with wrong or failed requests'],
  ]);
  readonly #count: HTMLElement = el('output', { class: 'count' });
  #run: Run | null = null;
  readonly #table: RowTable;

  constructor() {
    ({ id: this.id, title: this.title, root: this.root } = section('peers', 'Peers'));
    this.#table = new RowTable({ label: 'Table of peers', columns: this.#columns() });
    const filters = [
      field('Name or address', this.#search),
      field('Group', this.#group),
      field('State at the end', this.#state),
    ];
    for (const input of [this.#search, this.#group, this.#state]) {
      input.addEventListener('input', () => this.#filter());
    }
    this.root.append(el('div', { class: 'filters' }, ...filters, this.#count), this.#table.root);
  }

  update(run: Run): void {
    if (this.#run === null) {
      this.#group.append(...run.head.groups.map((name) => el('option', { value: name }, name)));
    }
    this.#run = run;
    this.#filter();
  }

  #filter(): void {
    const run = this.#run;
    if (run === null) return;
    const { peers, addresses, groups } = run.head;
    const search = this.#search.value.trim().toLowerCase();
    const isFound = (peer: number): boolean =>
      peers[peer]!.toLowerCase().includes(search) || (addresses[peer] ?? '').includes(search);
    const group = groups.indexOf(this.#group.value);
    const rows = Uint32Array.from(peers.keys()).filter(
      (peer) =>
        (search === '' || isFound(peer)) &&
        (group < 0 || run.column('peer.group')[peer] === group) &&
        this.#hasState(run, peer),
    );
    this.#count.textContent = `${showNumber(rows.length)} of ${showCount(peers.length, 'peer')}`;
    this.#table.show(rows);
  }

  #hasState(run: Run, peer: number): boolean {
    const wanted = this.#state.value;
    if (wanted === '') return true;
    if (wanted !== 'bad') return PEER_STATES[run.column('peer.state')[peer]!] === wanted;
    return run.column('peer.wrong')[peer]! + run.column('peer.failed')[peer]! > 0;
  }

  #columns(): TableColumn[] {
    const head = (): Run['head'] => this.#run!.head;
    const value = (name: ColumnName, peer: number): number => this.#run!.column(name)[peer] ?? 0;
    const count = (title: string, name: ColumnName, bad = ''): TableColumn => ({
      title,
      text: (peer) => (value(name, peer) < 0 ? '–' : showNumber(value(name, peer))),
      key: (peer) => value(name, peer),
      mark: (peer) => (value(name, peer) > 0 ? bad : ''),
    });
    const size = (title: string, name: ColumnName): TableColumn => ({
      ...count(title, name),
      text: (peer) => showFigure('bytes', value(name, peer)),
    });
    const text = (
      title: string,
      of: (peer: number) => string,
      key: TableColumn['key'],
    ): TableColumn => ({
      ...{ title, text: of, key, isText: true },
    });
    return [
      text(
        'peer',
        (peer) => head().peers[peer]!,
        (peer) => peer,
      ),
      text(
        'group',
        (peer) => head().groups[value('peer.group', peer)] ?? '',
        (peer) => value('peer.group', peer),
      ),
      text(
        'address',
        (peer) => head().addresses[peer] ?? '',
        (peer) => peer,
      ),
      text(
        'state',
        (peer) => PEER_STATES[this.#run!.column('peer.state')[peer] ?? -1] ?? '–',
        (peer) => value('peer.state', peer),
      ),
      count('knows', 'peer.known'),
      count('correct', 'peer.correct'),
      count('wrong', 'peer.wrong', 'fails'),
      count('failed', 'peer.failed', 'fails'),
      count('excused', 'peer.excused'),
      size('sent', 'peer.bytesSent'),
      size('received', 'peer.bytesReceived'),
      count('messages sent', 'peer.messagesSent'),
      count('messages received', 'peer.messagesReceived'),
    ];
  }
}
