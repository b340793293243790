import { canAsk, type Plan } from '../plan/plan.ts';
import { exponential, Zipf } from '../random/distributions.ts';
import { Random } from '../random/random.ts';
import type { Requests } from '../scenario/scenario.ts';

/** Names that nobody has are drawn from so many. */
const MISSING_NAMES = 1_000;

/** How often another asker is drawn for an image that the first one owns itself. */
const TRIES = 8;

/** Who asks for what. */
export interface Wish {
  readonly peer: number;
  /** Number in the plan; negative: a name that nobody has. */
  readonly image: number;
}

/** Draws who asks for what in one phase, from the plan's seed. */
export class Wishes {
  readonly #plan: Plan;
  readonly #requests: Requests;
  readonly #askers: readonly number[];
  readonly #zipf: Zipf | null;
  /** From rank of popularity to number of image. */
  readonly #byRank: readonly number[];

  constructor(plan: Plan, phase: number) {
    this.#plan = plan;
    this.#requests = plan.scenario.phases[phase]!.requests!;
    this.#askers = askersOf(plan, this.#requests);
    const { popularity } = this.#requests;
    const { length } = plan.images;
    this.#zipf =
      popularity.kind === 'zipf' && length > 0 ? new Zipf(length, popularity.exponent) : null;
    // The same images are popular in every phase.
    const random = Random.fromSeed(plan.seed).fork('popularity');
    this.#byRank = random.shuffle(plan.images.map((_, number) => number));
  }

  /** The next wish. */
  draw(random: Random): Wish {
    const image = this.#drawImage(random);
    let peer = this.#askers[random.below(this.#askers.length)]!;
    // Nobody asks the network for a picture of their own; but where all have it, somebody must.
    for (let i = 0; i < TRIES && !this.#suits(peer, image); i++) {
      peer = this.#askers[random.below(this.#askers.length)]!;
    }
    return canAsk(this.#plan, peer, image) ? { peer, image } : { peer, image: drawMissing(random) };
  }

  #drawImage(random: Random): number {
    if (random.share() < this.#requests.missing || this.#byRank.length === 0) {
      return drawMissing(random);
    }
    const rank = this.#zipf?.draw(random) ?? random.below(this.#byRank.length);
    return this.#byRank[rank]!;
  }

  #suits(peer: number, image: number): boolean {
    return (
      !(this.#plan.images[image]?.owners.includes(peer) ?? false) && canAsk(this.#plan, peer, image)
    );
  }
}

function drawMissing(random: Random): number {
  return -1 - random.below(MISSING_NAMES);
}

function askersOf(plan: Plan, requests: Requests): number[] {
  return plan.peers.flatMap(({ group }, peer) => {
    const { name } = plan.scenario.groups[group]!;
    return requests.from === null || requests.from.includes(name) ? [peer] : [];
  });
}

/** When requests are due in an open loop: at a constant pace, or as a Poisson process. */
export class Arrivals {
  readonly #random: Random;
  readonly #gapUs: number;
  readonly #isPoisson: boolean;
  #count = 0;
  #atUs = 0;

  constructor(random: Random, perSecond: number, arrivals: 'constant' | 'poisson') {
    this.#random = random;
    this.#gapUs = 1_000_000 / perSecond;
    this.#isPoisson = arrivals === 'poisson';
  }

  /** Microseconds from the start of the phase to the next request. */
  next(): number {
    this.#count++;
    // Multiplied, not added up: a gap that is no whole number must not drift.
    if (this.#isPoisson) this.#atUs += exponential(this.#random, this.#gapUs);
    else this.#atUs = Math.round(this.#count * this.#gapUs);
    return this.#atUs;
  }
}
