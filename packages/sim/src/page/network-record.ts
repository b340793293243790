/**
 * Who was up and who knew whom, as far as a page can show it: the first peers, and of each of them the peers
 * that it reached first. What is counted (`StateOverTime`) is of all.
 */
import type { JournalEvent } from '../journal/event.ts';
import { PEER_STATES } from './page-data.ts';
import { StateOverTime } from './state-over-time.ts';

/** So many peers are drawn. */
export const MOST_DRAWN = 2_000;

/** So many comings, goings and pauses are kept. */
const MOST_CHANGES = 50_000;

/** So many links are followed, shared evenly by the peers that are drawn. */
const MOST_LINKS = 30_000;

/** So often their changes are kept. */
const MOST_LINK_CHANGES = 60_000;

/** Something that changed; `other` is the peer that was reached or lost, −1 for a peer's own state. */
export interface NetworkChange {
  readonly atUs: number;
  readonly peer: number;
  readonly other: number;
  readonly kind: number;
}

/** See the head of this file. */
export class NetworkRecord {
  readonly changes: NetworkChange[] = [];
  readonly linkChanges: NetworkChange[] = [];
  readonly overTime: StateOverTime = new StateOverTime();
  /** The state of each peer now. */
  readonly states: Uint8Array;
  /** How many others each peer knows now. */
  readonly known: Int32Array;
  /** How many pairs were ever reached among all, an upper bound where pairs were reached again. */
  reachedEver = 0;
  /** From when on changes were no longer kept; null: all were. */
  changesUntilUs: number | null = null;
  linkChangesUntilUs: number | null = null;
  /** How many links of each peer are followed. */
  readonly linksEach: number;
  readonly #followed: Set<number>[];
  #up = 0;
  #links = 0;

  constructor(peers: number) {
    const drawn = Math.min(peers, MOST_DRAWN);
    this.states = new Uint8Array(peers);
    this.known = new Int32Array(peers);
    this.linksEach = Math.max(2, Math.floor(MOST_LINKS / Math.max(1, drawn)));
    this.#followed = Array.from({ length: drawn }, () => new Set<number>());
  }

  /** Takes an event in; those of other kinds are none of its business. */
  write(event: JournalEvent): void {
    switch (event.kind) {
      case 'peer-up':
        this.#changes(event.peer, 'up', event.atUs);
        break;
      case 'peer-down':
        this.#ends(event.peer, event.atUs);
        break;
      case 'peer-paused':
        this.#changes(event.peer, 'paused', event.atUs);
        break;
      case 'peer-resumed':
        if (this.states[event.peer] !== 0) this.#changes(event.peer, 'up', event.atUs);
        break;
      case 'reached':
        this.reachedEver++;
        this.#link(event.peer, event.other, 1, event.atUs);
        break;
      case 'lost':
        this.#link(event.peer, event.other, 0, event.atUs);
        break;
    }
  }

  /** A peer that has ended knows nobody; the viewer draws no links of one that is down. */
  #ends(peer: number, atUs: number): void {
    this.#links -= this.known[peer]!;
    this.known[peer] = 0;
    this.#followed[peer]?.clear();
    this.#changes(peer, 'down', atUs);
  }

  #changes(peer: number, state: (typeof PEER_STATES)[number], atUs: number): void {
    const kind = PEER_STATES.indexOf(state);
    this.#up += (kind === 0 ? 0 : 1) - (this.states[peer] === 0 ? 0 : 1);
    this.states[peer] = kind;
    this.overTime.note(atUs, this.#up, this.#links);
    if (peer >= MOST_DRAWN) return;
    if (this.changes.length < MOST_CHANGES) this.changes.push({ atUs, peer, other: -1, kind });
    else this.changesUntilUs ??= atUs;
  }

  #link(peer: number, other: number, kind: 0 | 1, atUs: number): void {
    const step = kind === 1 ? 1 : -1;
    this.known[peer]! += step;
    this.#links += step;
    this.overTime.note(atUs, this.#up, this.#links);
    const followed = this.#followed[peer];
    if (followed === undefined || other < 0 || other >= MOST_DRAWN) return;
    if (!followed.has(other)) {
      if (kind === 0 || followed.size >= this.linksEach) return;
      followed.add(other);
    }
    if (this.linkChanges.length < MOST_LINK_CHANGES)
      this.linkChanges.push({ atUs, peer, other, kind });
    else this.linkChangesUntilUs ??= atUs;
  }
}
