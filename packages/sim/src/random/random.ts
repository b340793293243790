/** Up to here a draw times a limit is exact. */
const EXACT_LIMIT = 2 ** 21;

/**
 * Seeded randomness (sfc32: 32-bit integer operations only, so the same on every machine), forked per
 * purpose: a generator's children depend on its name, never on how much was drawn from it, so a new
 * draw in one place shifts no other.
 */
export class Random {
  // The key; three fields, since there are several generators for each of many peers.
  readonly #keyA: number;
  readonly #keyB: number;
  readonly #keyC: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  private constructor(a: number, b: number, c: number) {
    this.#keyA = a;
    this.#keyB = b;
    this.#keyC = c;
    this.#a = a;
    this.#b = b;
    this.#c = c;
    // The first outputs still show the key.
    for (let i = 0; i < 12; i++) this.next32();
  }

  /** The generator at the root of a run; any number is a seed. */
  static fromSeed(seed: number): Random {
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32) >>> 0;
    return new Random(mix(low ^ 0x9e3779b9), mix(high ^ 0x243f6a88), mix(low ^ high ^ 0xb7e15162));
  }

  /** The child for one purpose, and within it for one of many (a peer, a phase, a user). */
  fork(purpose: string, index = 0): Random {
    let hash = 0x811c9dc5;
    for (let i = 0; i < purpose.length; i++) {
      hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
    }
    const tag = mix(hash ^ mix(index + 0x85ebca6b));
    return new Random(
      mix(this.#keyA ^ tag),
      mix(this.#keyB + tag),
      mix(this.#keyC ^ Math.imul(tag, 0xc2b2ae35)),
    );
  }

  /** A uniform integer in [0, 2³²). */
  next32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A uniform integer in [0, limit), for limits up to 2⁵³. */
  below(limit: number): number {
    if (limit > 2 ** 32) {
      const wide = this.next32() * 2 ** 21 + (this.next32() >>> 11);
      return Math.floor((wide / 2 ** 53) * limit);
    }
    // Small limits, by far the usual ones, are reached by a multiplication, which is exact below 2⁵³; it
    // favours some results by less than one in 2¹¹. A remainder would cost more than all the rest.
    if (limit <= EXACT_LIMIT) return Math.floor((this.next32() * limit) / 2 ** 32);
    // Draws from the incomplete last stretch are thrown away: it would favour small results.
    const whole = 2 ** 32 - (2 ** 32 % limit);
    let drawn = this.next32();
    while (drawn >= whole) drawn = this.next32();
    return drawn % limit;
  }

  /** A uniform number in [0, 1), in steps of 2⁻³². */
  share(): number {
    return this.next32() / 2 ** 32;
  }

  /** Puts the items into a random order, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const item = items[i]!;
      items[i] = items[j]!;
      items[j] = item;
    }
    return items;
  }
}

/** Spreads the bits of a 32-bit integer (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
