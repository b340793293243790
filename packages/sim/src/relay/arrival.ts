/** The far end of a flow: what is on the way arrives here when it is due, and is written. */
import type { Socket } from 'node:net';
import type { StreamFault } from './fault/stream-fault.ts';
import type { Mark, Parcel } from './parcel.ts';

/** See the head of this file. */
export class Arrival {
  readonly #onReady: () => void;
  #target: Socket | null = null;
  readonly #onTheWay: Parcel[] = [];
  #bytesOnTheWay = 0;
  /** The fault that cuts the stream into pieces, if there is one. */
  #cutter: StreamFault | null = null;
  /** Bytes of the stream that were written in pieces. */
  #cutBytes = 0;
  /** A piece has just been written: the next one has to wait for the next turn of the event loop. */
  #isResting = false;
  #isBlocked = false;
  readonly #onWritten = (): void => this.#written();

  /** `onReady` is told when it can go on that could not. */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  /** Parcels on the way. */
  get count(): number {
    return this.#onTheWay.length;
  }

  /** Bytes of those, and those that were written and not taken yet. */
  get bytes(): number {
    return this.#bytesOnTheWay + (this.#target?.writableLength ?? 0);
  }

  /** Whether the last write has not been taken yet. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** When the next parcel can be handed over, in µs; `Infinity`: not before `onReady`. */
  get nextDueUs(): number {
    return this.#isBlocked || this.#isResting ? Infinity : (this.#onTheWay[0]?.dueUs ?? Infinity);
  }

  /** Says where to write. */
  connect(target: Socket): void {
    this.#target = target;
  }

  /** Says what is wrong with the link from now on. */
  setFaults(faults: readonly StreamFault[]): void {
    this.#cutter = faults.find((fault) => fault.pieceEnd !== undefined) ?? null;
  }

  /** Takes what has set off. */
  push(parcel: Parcel): void {
    this.#onTheWay.push(parcel);
    if (typeof parcel.what !== 'string') this.#bytesOnTheWay += parcel.what.length;
  }

  /** Writes bytes that went the short way. */
  write(bytes: Uint8Array): void {
    this.#target!.write(bytes, this.#onWritten);
    this.#isBlocked = this.#target!.writableLength > 0;
  }

  /** Hands over what is due: bytes and the end to the socket, other marks to `onMark`. */
  arrive(nowUs: number, onMark: (mark: 'open' | 'reset') => void): void {
    while (this.nextDueUs <= nowUs) {
      const { what } = this.#onTheWay[0]!;
      if (typeof what !== 'string') {
        if (this.#cutter === null) this.#writeDue(nowUs);
        else this.#writePiece(what, this.#cutter);
      } else {
        this.#onTheWay.shift();
        this.#arriveMark(what, onMark);
      }
    }
  }

  /** Forgets what is on the way. */
  clear(): void {
    this.#onTheWay.length = 0;
    this.#bytesOnTheWay = 0;
  }

  #arriveMark(mark: Mark, onMark: (mark: 'open' | 'reset') => void): void {
    if (mark === 'end') this.#target!.end();
    else onMark(mark);
  }

  // Together, so that a plain reader finds in one segment what was sent in one.
  #writeDue(nowUs: number): void {
    const target = this.#target!;
    target.cork();
    for (let next = this.#onTheWay[0]; next !== undefined; next = this.#onTheWay[0]) {
      if (typeof next.what === 'string' || next.dueUs > nowUs) break;
      this.#onTheWay.shift();
      this.#bytesOnTheWay -= next.what.length;
      target.write(next.what, this.#onWritten);
    }
    target.uncork();
    this.#isBlocked = target.writableLength > 0;
  }

  /**
   * Writes one piece. The kernel joins what lies there when its owner comes to read; a turn of the event
   * loop between two pieces gives an owner that is not busy the time to read them one by one.
   */
  #writePiece(bytes: Uint8Array, cutter: StreamFault): void {
    const count = Math.min(bytes.length, cutter.pieceEnd!(this.#cutBytes) - this.#cutBytes);
    const { dueUs } = this.#onTheWay.shift()!;
    if (count < bytes.length) this.#onTheWay.unshift({ what: bytes.subarray(count), dueUs });
    this.#cutBytes += count;
    this.#bytesOnTheWay -= count;
    this.write(bytes.subarray(0, count));
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.#onReady();
    });
  }

  #written(): void {
    if (!this.#isBlocked || this.#target!.writableLength > 0) return;
    this.#isBlocked = false;
    this.#onReady();
  }
}
