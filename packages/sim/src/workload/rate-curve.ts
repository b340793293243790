import type { RateProfile } from '../scenario/scenario.ts';

/** A stretch in which the rate changes evenly. Times in microseconds, rates in requests a microsecond. */
interface Piece {
  readonly fromUs: number;
  readonly lastsUs: number;
  readonly firstRate: number;
  readonly lastRate: number;
  /** Requests due before it, and by its end. */
  readonly before: number;
  readonly after: number;
}

/** How many requests are due by when, at a rate that changes in the course of a phase. */
export class RateCurve {
  readonly #pieces: readonly Piece[];
  /** The piece of the last question: the answers go forward. */
  #current = 0;

  constructor(profile: RateProfile, lastsUs: number) {
    const rates = ratesOf(profile);
    let before = 0;
    this.#pieces = rates.map(([firstRate, lastRate], index) => {
      const length = lastsUs / rates.length;
      const after = before + ((firstRate + lastRate) / 2) * length;
      const piece = { fromUs: index * length, lastsUs: length, firstRate, lastRate, before, after };
      before = after;
      return piece;
    });
  }

  /** Requests due in the whole phase. */
  get total(): number {
    return this.#pieces.at(-1)!.after;
  }

  /**
   * Microseconds from the start after which so many requests are due; Infinity when there are not so
   * many in the phase. Each call asks for as many as the one before, or more.
   */
  timeOf(count: number): number {
    for (; this.#current < this.#pieces.length; this.#current++) {
      const piece = this.#pieces[this.#current]!;
      if (count <= piece.after) return piece.fromUs + timeIn(piece, count - piece.before);
    }
    return Infinity;
  }
}

/** First and last rate of each piece, a microsecond. */
function ratesOf({ kind, perSecond }: RateProfile): (readonly [number, number])[] {
  const rates = perSecond.map((rate) => rate / 1_000_000);
  return kind === 'ramp' ? [[rates[0]!, rates[1]!]] : rates.map((rate) => [rate, rate]);
}

/** Solves count = first × t + (last − first) × t² / (2 × length) for t, in the form that loses no digits. */
function timeIn({ firstRate, lastRate, lastsUs }: Piece, count: number): number {
  if (count <= 0) return 0;
  const slope = (lastRate - firstRate) / lastsUs;
  const square = Math.max(0, firstRate * firstRate + 2 * slope * count);
  return Math.min(lastsUs, (2 * count) / (firstRate + Math.sqrt(square)));
}
