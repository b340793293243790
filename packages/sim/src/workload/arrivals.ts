import { unitExponential } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { ArrivalKind, Load } from '../scenario/scenario.ts';
import { RateCurve } from './rate-curve.ts';

/** When requests are due in an open loop. */
export interface Arrivals {
  /**
   * Microseconds from the start of the phase to the next request, never less than before; Infinity when
   * there is no more in this phase.
   */
  next(): number;
}

/** The arrivals of an open loop, drawn from `random`. `lastsUs` is the length of the phase. */
export function makeArrivals(
  load: Exclude<Load, { readonly kind: 'users' }>,
  lastsUs: number,
  random: Random,
): Arrivals {
  if (load.kind === 'rate') return new SteadyArrivals(random, load.perSecond, load.arrivals);
  return new VaryingArrivals(random, new RateCurve(load.profile, lastsUs), load.arrivals);
}

/** Arrivals at a rate that stays the same. */
export class SteadyArrivals implements Arrivals {
  readonly #random: Random;
  readonly #gapUs: number;
  readonly #isPoisson: boolean;
  #count = 0;
  /** Of a Poisson process; not rounded, or each gap would be a little short. */
  #exactUs = 0;

  constructor(random: Random, perSecond: number, arrivals: ArrivalKind) {
    this.#random = random;
    this.#gapUs = 1_000_000 / perSecond;
    this.#isPoisson = arrivals === 'poisson';
  }

  next(): number {
    this.#count++;
    // Multiplied, not added up: a gap that is no whole number must not drift.
    if (!this.#isPoisson) return Math.round(this.#count * this.#gapUs);
    this.#exactUs += unitExponential(this.#random) * this.#gapUs;
    return Math.round(this.#exactUs);
  }
}

/**
 * Arrivals at a rate that changes. The clock of a process with one request a unit of time is bent so that
 * it runs as fast as the rate: the nth request is due when the curve has come to n, or a Poisson process
 * of rate 1 is bent in the same way.
 */
export class VaryingArrivals implements Arrivals {
  readonly #random: Random;
  readonly #curve: RateCurve;
  readonly #isPoisson: boolean;
  #count = 0;
  #atUs = 0;

  constructor(random: Random, curve: RateCurve, arrivals: ArrivalKind) {
    this.#random = random;
    this.#curve = curve;
    this.#isPoisson = arrivals === 'poisson';
  }

  next(): number {
    this.#count += this.#isPoisson ? unitExponential(this.#random) : 1;
    this.#atUs = Math.max(this.#atUs, Math.round(this.#curve.timeOf(this.#count)));
    return this.#atUs;
  }
}
