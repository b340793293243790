/**
 * Distributions from nothing but + − × ÷, which every machine rounds alike. `Math.log` and `Math.pow`
 * may differ in the last bit between versions of V8, and one bit is another run.
 */
import type { Random } from './random.ts';

const { LN2 } = Math;

/** Natural logarithm of a positive finite number, good to about 15 digits. */
export function ln(x: number): number {
  let mantissa = x;
  let exponent = 0;
  // Powers of two are exact, so this loses nothing.
  while (mantissa > 1.5) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    exponent--;
  }
  // ln m = 2 artanh((m − 1) / (m + 1)), whose series converges fast near 1.
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let power = z;
  let sum = 0;
  for (let k = 1; k < 40; k += 2) {
    sum += power / k;
    power *= square;
  }
  return exponent * LN2 + 2 * sum;
}

/** e to the power of x, for |x| up to 700, good to about 14 digits. */
export function exp(x: number): number {
  const halvings = Math.round(x / LN2);
  const rest = x - halvings * LN2;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 24; k++) {
    term = (term * rest) / k;
    sum += term;
  }
  let power = 1;
  for (let i = 0; i < Math.abs(halvings); i++) power *= 2;
  return halvings < 0 ? sum / power : sum * power;
}

/** An exponentially distributed whole number with this mean: the gaps of a Poisson process. */
export function exponential(random: Random, mean: number): number {
  return Math.round(unitExponential(random) * mean);
}

/** An exponentially distributed number with mean 1. */
export function unitExponential(random: Random): number {
  return -ln((random.next32() + 1) / 2 ** 32);
}

/** A normally distributed number with mean 0 and standard deviation 1 (the polar method of Marsaglia). */
export function standardNormal(random: Random): number {
  for (;;) {
    const x = 2 * random.share() - 1;
    const y = 2 * random.share() - 1;
    const square = x * x + y * y;
    // Square roots are rounded exactly everywhere; sines, which other methods take, are not.
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * ln(square)) / square);
  }
}

/** A quantity that is the same always, or drawn anew each time; in whatever unit its numbers have. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  /** `deviation` is the standard deviation; what would be below 0 is 0. */
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** `sigma` is the standard deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  /** Few are much larger than most; the smaller `shape`, the more so. */
  | { readonly kind: 'pareto'; readonly median: number; readonly shape: number }
  /** With a `shape` below 1 few are much larger than most; 1 is exponential. */
  | { readonly kind: 'weibull'; readonly median: number; readonly shape: number };

/** Draws from a distribution, a number from 0 that need not be whole. A constant draws nothing. */
export function drawFrom(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return distribution.from + random.share() * (distribution.to - distribution.from);
    case 'normal':
      return Math.max(0, distribution.mean + distribution.deviation * standardNormal(random));
    case 'exponential':
      return unitExponential(random) * distribution.mean;
    case 'lognormal':
      return distribution.median * exp(distribution.sigma * standardNormal(random));
    case 'pareto':
      // Half of all draws of an exponential one are below ln 2.
      return distribution.median * exp((unitExponential(random) - LN2) / distribution.shape);
    case 'weibull':
      return distribution.median * power(unitExponential(random) / LN2, 1 / distribution.shape);
  }
}

/** A base that is not negative to a power above 0. */
function power(base: number, exponent: number): number {
  return base === 0 ? 0 : exp(ln(base) * exponent);
}

/** Draws 0, 1, 2, … with weights 1, 2^−s, 3^−s, …: a few items are wanted much more than most. */
export class Zipf {
  /** Share of all draws that fall on an item or one before it. */
  readonly #upTo: Float64Array;

  constructor(count: number, exponent: number) {
    this.#upTo = new Float64Array(count);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += exp(-exponent * ln(i + 1));
      this.#upTo[i] = sum;
    }
    for (let i = 0; i < count; i++) this.#upTo[i] = this.#upTo[i]! / sum;
  }

  /** The next item. */
  draw(random: Random): number {
    const share = random.share();
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#upTo[middle]! > share) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
