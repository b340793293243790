import type { StateSeries } from './page-data.ts';

/** Enough for a chart; even, as they are joined in twos. */
const MOST_BUCKETS = 480;

/** The length that the stretches begin with. */
const FIRST_US = 25_000;

/** How many peers were up and how many links there were, in a bounded number of stretches of equal length. */
export class StateOverTime {
  #bucketUs = FIRST_US;
  #up: number[] = [];
  #links: number[] = [];

  /** So it was at that moment; the last word in a stretch is the one that counts. */
  note(atUs: number, up: number, links: number): void {
    this.#fill(atUs);
    this.#up[this.#up.length - 1] = up;
    this.#links[this.#links.length - 1] = links;
  }

  /** All stretches up to a moment. */
  result(endUs: number): StateSeries {
    if (endUs > 0) this.#fill(endUs - 1);
    return { bucketUs: this.#bucketUs, up: [...this.#up], links: [...this.#links] };
  }

  /** Makes stretches up to that moment, which go on as the one before was. */
  #fill(atUs: number): void {
    while (atUs >= MOST_BUCKETS * this.#bucketUs) this.#widen();
    const index = Math.floor(Math.max(0, atUs) / this.#bucketUs);
    while (this.#up.length <= index) {
      this.#up.push(this.#up.at(-1) ?? 0);
      this.#links.push(this.#links.at(-1) ?? 0);
    }
  }

  #widen(): void {
    this.#bucketUs *= 2;
    this.#up = lastOfTwo(this.#up);
    this.#links = lastOfTwo(this.#links);
  }
}

function lastOfTwo(values: readonly number[]): number[] {
  return values.filter((_, i) => i % 2 === 1 || i === values.length - 1);
}
