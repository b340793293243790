/** Buckets of an octave: their middle is at most 1.6 % off. */
const PER_OCTAVE = 32;
const OCTAVE_BITS = 5;

/** Longer times than 2⁴² µs, fifty days, count as that. */
const MOST_BITS = 42;
const BUCKETS = PER_OCTAVE * (MOST_BITS - OCTAVE_BITS + 1);

/**
 * A histogram over microseconds in 5 KB, quantiles at most 1.6 % off: what a time series can have in each
 * of its buckets, where the 360 KB of an exact one (`Latencies`) would be too much.
 */
export class CoarseHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;

  /** Records one time. */
  record(us: number): void {
    this.#counts[bucketOf(Math.max(0, Math.round(us)))]!++;
    this.#count++;
  }

  /** Adds all that another one has recorded. */
  add(other: CoarseHistogram): void {
    for (let i = 0; i < BUCKETS; i++) this.#counts[i]! += other.#counts[i]!;
    this.#count += other.#count;
  }

  /** The time that a share (0 … 1) of all stayed within, in microseconds; null when there are none. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.#count));
    let bucket = 0;
    while ((left -= this.#counts[bucket]!) > 0) bucket++;
    return middleOf(bucket);
  }

  /** How many times were about how long, in microseconds; only where there are some, rising. */
  bins(): { readonly us: number[]; readonly counts: number[] } {
    const us: number[] = [];
    const counts: number[] = [];
    this.#counts.forEach((count, bucket) => {
      if (count === 0) return;
      us.push(middleOf(bucket));
      counts.push(count);
    });
    return { us, counts };
  }
}

/** Up to 32 µs a bucket each; from there on 32 for each doubling. */
function bucketOf(us: number): number {
  if (us < PER_OCTAVE) return us;
  const bits = Math.min(MOST_BITS, bitsOf(us));
  const step = 2 ** (bits - OCTAVE_BITS - 1);
  const place = Math.min(2 * PER_OCTAVE - 1, Math.floor(us / step)) - PER_OCTAVE;
  return PER_OCTAVE * (bits - OCTAVE_BITS) + place;
}

/** How many binary digits a number from 1 on has. */
function bitsOf(us: number): number {
  return us < 2 ** 32 ? 32 - Math.clz32(us) : 64 - Math.clz32(us / 2 ** 32);
}

function middleOf(bucket: number): number {
  if (bucket < PER_OCTAVE) return bucket;
  const step = 2 ** (Math.floor(bucket / PER_OCTAVE) - 1);
  return (PER_OCTAVE + (bucket % PER_OCTAVE)) * step + (step - 1) / 2;
}
