/**
 * The near end of a flow: what was read waits here until its faults let it set off.
 *
 * The stream is cut into flights of 16 KiB, counted from its first byte; faults draw once for each. A mark takes the
 * same way as the bytes around it. A flight that is lost waits, and all behind it, until it is tried again.
 */
import {
  CALL_RETRANSMISSION_US,
  flightEnd,
  Retransmission,
  RETRANSMISSION_US,
} from '../fault/retransmission.ts';
import type { StreamFault } from './fault/stream-fault.ts';
import type { Mark, Parcel } from './parcel.ts';

/** See the head of this file. */
export class Departure {
  readonly #onSend: (parcel: Parcel) => void;
  #faults: readonly StreamFault[] = [];
  readonly #waiting: (Uint8Array | Mark)[] = [];
  #waitingBytes = 0;
  /** Of the first of these, what has set off already. */
  #gone = 0;
  /** Bytes of the stream that have set off; up to `#flightEnd` with the same delay. */
  #position = 0;
  #flightEnd = 0;
  #flightDelayUs = 0;
  /** Of what sets off next, where faults lose something; null: it gets through, or has not been tried. */
  #tries: Retransmission | null = null;
  #isLossy = false;
  readonly #drawn = new Map<StreamFault, number>();
  #lastDueUs = 0;
  #isSpent = false;
  readonly #loses = (): boolean => this.#losesNow();

  /** `onSend` gets what sets off, in the order in which it arrives. */
  constructor(onSend: (parcel: Parcel) => void) {
    this.#onSend = onSend;
  }

  get faults(): readonly StreamFault[] {
    return this.#faults;
  }

  /** Whether the stream has been ended by a fault: what is read now goes nowhere. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Parcels that wait. */
  get count(): number {
    return this.#waiting.length;
  }

  /** Bytes of those parcels that have not set off. */
  get bytes(): number {
    return this.#waitingBytes;
  }

  /** Says what is wrong with the link from now on. */
  setFaults(faults: readonly StreamFault[]): void {
    const isLossNew = faults.some((fault) => fault.loses && !this.#faults.includes(fault));
    this.#faults = faults;
    this.#isLossy = faults.some((fault) => fault.loses);
    this.#flightDelayUs = this.#isInFlight() ? this.#drawFlightUs() : 0;
    // The rest of a flight that got through may be lost now.
    if (isLossNew && this.#isInFlight()) this.#tries ??= new Retransmission(RETRANSMISSION_US);
  }

  /** Lets something wait behind all else; a stream that is spent takes no more. */
  push(what: Uint8Array | Mark): void {
    if (this.#isSpent) return;
    this.#waiting.push(what);
    if (typeof what !== 'string') this.#waitingBytes += what.length;
  }

  /** So many bytes of the stream went the short way. */
  pass(count: number): void {
    this.#position += count;
  }

  /** When a reset would arrive that overtakes what waits, but not what is on the way. */
  overtakeUs(nowUs: number): number {
    return Math.max(this.#lastDueUs, nowUs + this.#flightDelayUs);
  }

  /** Lets what waits set off: of a gated one the call alone. Gives when the rest is to be tried again. */
  setOff(nowUs: number, isGated: boolean): number {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined || this.#isSpent) return Infinity;
      if (first !== 'open' && isGated) return Infinity;
      const againUs =
        typeof first === 'string'
          ? this.#setOffMark(first, nowUs)
          : this.#setOffBytes(first, nowUs);
      if (againUs > nowUs) return againUs;
    }
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  /** Lets a mark set off. Gives when to go on: now, or later. */
  #setOffMark(mark: Mark, nowUs: number): number {
    // An end belongs to the flight before it, as long as that is not full.
    if (this.#isLossy && (mark === 'open' || !this.#isInFlight())) {
      const waitUs = mark === 'open' ? CALL_RETRANSMISSION_US : RETRANSMISSION_US;
      this.#tries ??= new Retransmission(waitUs);
    }
    const againUs = this.#tryUs(nowUs);
    if (againUs > nowUs) return againUs < Infinity ? againUs : this.#lose(nowUs);
    this.#waiting.shift();
    let delayUs = 0;
    for (const fault of this.#faults) delayUs += fault.delayUs?.() ?? 0;
    const laterUs = mark === 'end' ? this.#endDelayUs() : 0;
    this.#send(this.#isLost() ? 'reset' : mark, nowUs + delayUs, laterUs);
    return nowUs;
  }

  /** When what is first sets off: now; later, when it is lost; never, when it has been lost too often. */
  #tryUs(nowUs: number): number {
    const atUs = this.#tries?.tryAt(nowUs, this.#loses) ?? nowUs;
    if (atUs <= nowUs) this.#tries = null;
    return atUs;
  }

  /** Each fault draws, whatever the others have drawn. */
  #losesNow(): boolean {
    let isLost = false;
    for (const fault of this.#faults) if (fault.loses?.()) isLost = true;
    return isLost;
  }

  #isInFlight(): boolean {
    return this.#position < this.#flightEnd;
  }

  /** Lets some of these bytes set off. Gives when to go on: now, or later. */
  #setOffBytes(bytes: Uint8Array, nowUs: number): number {
    if (!this.#isInFlight()) this.#beginFlight();
    const tryUs = this.#tryUs(nowUs);
    if (tryUs === Infinity || this.#isLost()) return this.#lose(nowUs);
    if (tryUs > nowUs) return tryUs;
    let count = Math.min(bytes.length - this.#gone, this.#flightEnd - this.#position);
    let againUs = nowUs;
    for (const fault of this.#faults) {
      const allowance = fault.allowance?.(nowUs) ?? Infinity;
      if (allowance <= 0) againUs = Math.max(againUs, fault.againUs!());
      count = Math.min(count, allowance);
    }
    if (count <= 0) return this.#isLost() ? this.#lose(nowUs) : againUs;
    this.#sendBytes(bytes.subarray(this.#gone, this.#gone + count), nowUs);
    this.#gone += count;
    if (this.#gone === bytes.length) this.#finishFirst();
    return nowUs;
  }

  #beginFlight(): void {
    this.#drawn.clear();
    this.#flightDelayUs = this.#drawFlightUs();
    this.#flightEnd = flightEnd(this.#position);
    if (this.#isLossy) this.#tries = new Retransmission(RETRANSMISSION_US);
  }

  /** Once for each fault, also when others come and go meanwhile: that would shift what it draws next. */
  #drawFlightUs(): number {
    let sumUs = 0;
    for (const fault of this.#faults) {
      const delayUs = this.#drawn.get(fault) ?? fault.delayUs?.() ?? 0;
      this.#drawn.set(fault, delayUs);
      sumUs += delayUs;
    }
    return sumUs;
  }

  #endDelayUs(): number {
    return Math.max(0, ...this.#faults.map((fault) => fault.endDelayUs?.() ?? 0));
  }

  #isLost(): boolean {
    return this.#faults.some((fault) => fault.isSpent);
  }

  #lose(nowUs: number): number {
    this.#send('reset', nowUs + this.#flightDelayUs);
    return nowUs;
  }

  #sendBytes(bytes: Uint8Array, nowUs: number): void {
    let leftUs = nowUs;
    for (const fault of this.#faults) {
      fault.alter?.(bytes, this.#position);
      leftUs = Math.max(leftUs, fault.spend?.(bytes.length, nowUs) ?? 0);
    }
    this.#position += bytes.length;
    this.#waitingBytes -= bytes.length;
    this.#send(bytes, leftUs + this.#flightDelayUs);
  }

  #send(what: Uint8Array | Mark, dueUs: number, laterUs = 0): void {
    // No overtaking.
    this.#lastDueUs = Math.max(this.#lastDueUs, dueUs) + laterUs;
    if (what === 'reset') this.#isSpent = true;
    this.#onSend({ what, dueUs: this.#lastDueUs });
  }

  #finishFirst(): void {
    this.#waiting.shift();
    this.#gone = 0;
  }
}
