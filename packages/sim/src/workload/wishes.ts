import { popularityOrder } from '../plan/images.ts';
import { canAsk, type Plan } from '../plan/plan.ts';
import { Zipf } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { Requests } from '../scenario/scenario.ts';
import { Askers } from './askers.ts';

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

/** Draws who asks for what in one stream of requests, from the plan's seed. */
export class Wishes {
  readonly #plan: Plan;
  readonly #missing: number;
  readonly #askers: Askers;
  readonly #zipf: Zipf | null;
  /** From rank of popularity to number of image. */
  readonly #byRank: readonly number[];

  constructor(plan: Plan, { missing, popularity, from }: Requests) {
    this.#plan = plan;
    this.#missing = missing;
    this.#askers = new Askers(plan, from);
    const { length } = plan.images;
    this.#zipf =
      popularity.kind === 'zipf' && length > 0 ? new Zipf(length, popularity.exponent) : null;
    this.#byRank = popularityOrder(plan.seed, length);
  }

  /** The next wish. */
  draw(random: Random): Wish {
    const image = this.#drawImage(random);
    const askers = this.#askers.drawPart(random);
    let peer = askers[random.below(askers.length)]!;
    // Nobody asks the network for a picture of their own; but where all have it, somebody must.
    for (let i = 0; i < TRIES && !this.#suits(peer, image); i++) {
      peer = askers[random.below(askers.length)]!;
    }
    return canAsk(this.#plan, peer, image) ? { peer, image } : { peer, image: drawMissing(random) };
  }

  #drawImage(random: Random): number {
    if (random.share() < this.#missing || this.#byRank.length === 0) return drawMissing(random);
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
