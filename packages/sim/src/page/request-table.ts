/**
 * The requests of a run, as many as a page can hold. When there are too many, every other one of the plain
 * ones is let go, again and again: what stays is an even sample, all that went wrong or failed, and the
 * slowest.
 */
import type { Judgement } from '../check/ground-truth.ts';
import type { RequestDone } from '../journal/event.ts';
import { REQUEST_CLASSES } from './page-data.ts';

/** How many are kept at most. */
export const MOST_REQUESTS = 100_000;

/** Of those that went wrong or failed, as many as this share of the room are kept whatever comes. */
const SHARE_OF_BAD = 0.2;

/** So many of the slowest stay when others go. */
const SLOWEST_KEPT = 1_000;

/** So many different reasons are kept; others read as none. */
const MOST_WHYS = 2_000;

/** One request. */
export interface RequestRow {
  readonly number: number;
  /** It went wrong or failed, and is among the first that did: it is kept whatever comes. */
  readonly isTelling: boolean;
  readonly atUs: number;
  /** Null: no answer came. */
  readonly tookUs: number | null;
  readonly peer: number;
  readonly image: number;
  /** −1: none or unknown. */
  readonly from: number;
  readonly sizeBytes: number;
  readonly class: number;
  readonly phase: number;
  readonly outcome: number;
  readonly why: number;
  /** Peer and outcome of each attempt, in turn. */
  readonly attempts: readonly number[];
}

/** See the head of this file. */
export class RequestTable {
  /** How many there have been in all. */
  total = 0;
  /** Each how many-th of the plain ones is kept. */
  stride = 1;
  readonly outcomes: WordList = new WordList(200);
  readonly whys: WordList = new WordList(MOST_WHYS);
  readonly #most: number;
  #rows: RequestRow[] = [];
  #bad = 0;

  /** `most`: how many are kept at most; some thousands at least. */
  constructor(most: number = MOST_REQUESTS) {
    this.#most = most;
  }

  /** Takes a request in that has been judged. */
  add({ due, done, class: verdict, why }: Judgement): void {
    this.total++;
    const isBad = verdict === 'wrong' || verdict === 'failed';
    if (isBad) this.#bad++;
    const isTelling = isBad && this.#bad <= this.#most * SHARE_OF_BAD;
    if (!isTelling && due.request % this.stride !== 0) return;
    this.#rows.push({
      number: due.request,
      isTelling,
      atUs: due.atUs,
      tookUs: done === null ? null : done.atUs - due.atUs,
      peer: due.peer,
      image: due.image,
      from: done?.from ?? -1,
      sizeBytes: done?.sizeBytes ?? 0,
      class: REQUEST_CLASSES.indexOf(verdict),
      phase: due.phase,
      outcome: this.outcomes.numberOf(done?.outcome ?? 'no answer'),
      why: this.whys.numberOf(why),
      attempts: done === null ? [] : this.#attemptsOf(done),
    });
    while (this.#rows.length > this.#most) this.#thin();
  }

  /** Each request passes here, so that nothing is made that is thrown away. */
  #attemptsOf({ attempts }: RequestDone): number[] {
    const told: number[] = [];
    for (const { peer, outcome } of attempts) told.push(peer, this.outcomes.numberOf(outcome));
    return told;
  }

  /** Those that are kept, in the order of their numbers; at most so many. */
  rows(most: number = MOST_REQUESTS): readonly RequestRow[] {
    const rows = this.#rows.toSorted((a, b) => a.number - b.number);
    return rows.length > most ? sampled(rows, most) : rows;
  }

  /** So many of the latest, a quarter of the room for the first that went wrong or failed; by number. */
  latest(most: number): readonly RequestRow[] {
    const latest = this.#rows.slice(-most + (most >> 2));
    const kept = new Set(latest);
    for (const row of this.#rows) {
      if (kept.size >= most) break;
      if (row.isTelling) kept.add(row);
    }
    return [...kept].sort((a, b) => a.number - b.number);
  }

  #thin(): void {
    this.stride *= 2;
    const slowUs = slowestUs(this.#rows);
    this.#rows = this.#rows.filter(
      (row) => row.number % this.stride === 0 || row.isTelling || (row.tookUs ?? 0) > slowUs,
    );
  }
}

/** So many at most: half of the room for those that went wrong or failed, a quarter for the slowest of the others. */
function sampled(rows: readonly RequestRow[], most: number): readonly RequestRow[] {
  const telling = rows.filter(({ isTelling }) => isTelling);
  const bad = evenly(telling, most >> 1);
  const others = rows.filter(({ isTelling }) => !isTelling);
  const slowUs = slowestUs(others, Math.min(SLOWEST_KEPT, Math.max(1, most >> 2)));
  const isSlow = ({ tookUs }: RequestRow): boolean => (tookUs ?? 0) > slowUs;
  const slow = others.filter(isSlow);
  const plain = others.filter((row) => !isSlow(row));
  const kept = new Set([...bad, ...slow, ...evenly(plain, most - bad.length - slow.length)]);
  return rows.filter((row) => kept.has(row));
}

/** As many of them as there is room for, the same way apart. */
function evenly(rows: readonly RequestRow[], most: number): readonly RequestRow[] {
  if (most === 0) return [];
  const step = Math.ceil(rows.length / most);
  return rows.filter((_, i) => i % step === 0);
}

/** Fewer than so many of the requests took longer than this. */
export function slowestUs(rows: readonly RequestRow[], count: number = SLOWEST_KEPT): number {
  const times = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) times[at] = rows[at]!.tookUs ?? 0;
  times.sort();
  return times[times.length - count] ?? 0;
}

/** Words by number, a bounded number of them; whatever comes later is the first one. */
export class WordList {
  readonly #most: number;
  readonly #numbers = new Map<string, number>([['', 0]]);

  constructor(most: number) {
    this.#most = most;
  }

  /** The number of a word; 0 for an empty one, and when there is no room for it. */
  numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    if (this.#numbers.size >= this.#most) return 0;
    this.#numbers.set(word, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** All words by number. */
  words(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}
