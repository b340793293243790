/** Does what is due when it is due, by `performance.now()`, and knows how late it was at worst. */
export class DueQueue {
  readonly #waiting: { readonly atMs: number; readonly action: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #worstLagMs = 0;

  /** Takes what is to be done then; what was added first is done first of what is due at once. */
  add(atMs: number, action: () => void): void {
    let place = this.#waiting.length;
    // What comes is due last, nearly always.
    while (place > 0 && this.#waiting[place - 1]!.atMs > atMs) place--;
    this.#waiting.splice(place, 0, { atMs, action });
    if (place === 0) this.#wait();
  }

  /** How late something was done at worst since the last call. */
  takeWorstLagMs(): number {
    const worst = this.#worstLagMs;
    this.#worstLagMs = 0;
    return worst;
  }

  /** Forgets all that is not done yet. */
  clear(): void {
    this.#waiting.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const first = this.#waiting[0];
    if (first === undefined) return;
    this.#timer = setTimeout(() => this.#doDue(), Math.max(0, first.atMs - performance.now()));
  }

  #doDue(): void {
    const nowMs = performance.now();
    let due = this.#waiting.findIndex(({ atMs }) => atMs > nowMs);
    if (due < 0) due = this.#waiting.length;
    for (const { atMs, action } of this.#waiting.splice(0, due)) {
      this.#worstLagMs = Math.max(this.#worstLagMs, nowMs - atMs);
      action();
    }
    this.#wait();
  }
}
