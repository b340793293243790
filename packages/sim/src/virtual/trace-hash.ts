/**
 * A running 64-bit digest of everything that happens in a virtual run, in order. Two runs with the same
 * digest did the same; it is a check, not a defence, so speed counts more than strength.
 */
export class TraceHash {
  /** Told of every event that is taken in, for whoever compares two runs event by event. */
  listener: ((timeUs: number, what: number, amount: number) => void) | null = null;
  #high = 0x243f6a88;
  #low = 0x13198a2e;

  /** Takes one event in: three whole numbers, of which the first may be as large as a time. */
  fold(timeUs: number, what: number, amount: number): void {
    if (this.listener !== null) this.listener(timeUs, what, amount);
    // The low 32 bits and what is above them.
    const low = timeUs | 0;
    const high = (timeUs / 4_294_967_296) | 0;
    this.#low = Math.imul(this.#low ^ low, 0x9e3779b1) ^ what;
    this.#low = (this.#low << 13) | (this.#low >>> 19);
    this.#high = Math.imul(this.#high ^ amount ^ high, 0x85ebca77) + this.#low;
    this.#high = ((this.#high << 17) | (this.#high >>> 15)) ^ low;
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
    return hex(this.#high) + hex(this.#low);
  }
}
