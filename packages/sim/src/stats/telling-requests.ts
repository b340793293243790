/**
 * The requests that tell most about what went wrong, found while the run goes on in bounded memory: of the
 * wrong and of the failed ones the first of each of three causes, and of the others the slowest.
 */
import type { Judgement } from '../check/ground-truth.ts';

/** How many are told, and so how many causes are remembered of each kind. */
const MOST = 3;

/** See the head of this file. */
export class TellingRequests {
  readonly #wrong = new Causes();
  readonly #failed = new Causes();
  /** The slowest first. */
  readonly #slow: Judgement[] = [];

  /** `isMeasured`: whether the phase counts; outside of it nobody cares how long answers take. */
  judged(judgement: Judgement, isMeasured: boolean): void {
    if (judgement.class === 'wrong') this.#wrong.add(judgement);
    if (judgement.class === 'failed') this.#failed.add(judgement);
    if (judgement.class === 'correct' && isMeasured) this.#addSlow(judgement);
  }

  /** Three at most: wrong, then failed, then, if they are wanted, the slowest. */
  chosen(isSlowWanted: boolean): Judgement[] {
    const bad = [...this.#wrong.differing, ...this.#failed.differing];
    const more = [...this.#wrong.alike, ...this.#failed.alike];
    const slow = isSlowWanted ? this.#slow : [];
    const chosen = [...bad, ...more, ...slow].slice(0, MOST);
    return chosen.toSorted((a, b) => rankOf(a) - rankOf(b));
  }

  #addSlow(judgement: Judgement): void {
    const last = this.#slow.at(-1);
    if (this.#slow.length === MOST && latencyUs(judgement) <= latencyUs(last!)) return;
    this.#slow.push(judgement);
    this.#slow.sort((a, b) => latencyUs(b) - latencyUs(a));
    this.#slow.splice(MOST);
  }
}

/** The first request of each cause, and a few more. */
class Causes {
  readonly differing: Judgement[] = [];
  readonly alike: Judgement[] = [];
  readonly #known = new Set<string>();

  add(judgement: Judgement): void {
    if (this.differing.length === MOST) return;
    const cause = causeOf(judgement.why);
    if (!this.#known.has(cause)) this.differing.push(judgement);
    else if (this.alike.length < MOST) this.alike.push(judgement);
    this.#known.add(cause);
  }
}

/** The sentence without what has a number in it: names of peers and images, digests, times. */
function causeOf(why: string): string {
  return why.replaceAll(/\S*\d\S*/g, '#');
}

function latencyUs({ due, done }: Judgement): number {
  return done === null ? 0 : done.atUs - due.atUs;
}

function rankOf({ class: verdict }: Judgement): number {
  return ['wrong', 'failed', 'correct'].indexOf(verdict);
}
