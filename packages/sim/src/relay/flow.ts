/**
 * One direction of a relayed connection: reads from one socket, writes to the other.
 *
 * While nothing is wrong with its link, what is read is written at once, from the buffer that it was read
 * into: no copy, no timer, no queue; a socket that takes no more stops the reading of the other. Once
 * there is a fault (or something waits from one that has gone), everything takes the long way:
 *
 *   read → waiting → [sets off: faults delay, pace, change it] → on the way → [arrives] → written
 *
 * The stream is cut into flights of 16 KiB, counted from its first byte; faults draw once for each. Its
 * call and its end take the same way, as marks between the bytes. A reset overtakes what waits. A flight that
 * is lost waits, and all behind it, until it is tried again.
 */
import type { Socket } from 'node:net';
import {
  CALL_RETRANSMISSION_US,
  flightEnd,
  Retransmission,
  RETRANSMISSION_US,
} from '../fault/retransmission.ts';
import type { StreamFault } from './fault/stream-fault.ts';
import { SHARED_BUFFER_BYTES, type ReadBuffers } from './read-buffers.ts';
import type { Reader } from './relay-socket.ts';

/** Bytes that may wait or be on the way; with one more read, half a MiB. */
const WINDOW_BYTES = 512 * 1_024 - SHARED_BUFFER_BYTES;

/** What a parcel costs beside its bytes: a stream of single bytes must not fill the memory. */
const PARCEL_BYTES = 256;

/** Who reads so much at once gets a buffer of its own. */
const STREAMING_BYTES = 16 * 1_024;

/** Node cannot sleep longer than 2³¹ − 1 ms. */
const MAX_SLEEP_MS = 2 ** 31 - 1;

/** What a flow tells its connection. */
export interface FlowEvents {
  /** The call has arrived (or, on the way back, the answer that it was taken). */
  onOpen(): void;
  /** The sender's reset has arrived, or a fault has ended the stream. */
  onReset(): void;
}

type Mark = 'open' | 'end' | 'reset';

/** Bytes, or a mark between them. */
interface Parcel {
  readonly what: Uint8Array | Mark;
  /** When it arrives. */
  readonly dueUs: number;
}

/** See the head of this file. */
export class Flow implements Reader {
  readonly #buffers: ReadBuffers;
  readonly #events: FlowEvents;
  #source: Socket | null = null;
  #target: Socket | null = null;
  #faults: readonly StreamFault[] = [];
  /** Bytes wait here until the connection stands. */
  #isGated: boolean;
  #isHeld = false;
  /** The fault that cuts the stream into pieces, if there is one. */
  #cutter: StreamFault | null = null;
  /** Bytes of the stream that were written in pieces. */
  #cutBytes = 0;
  /** A piece has just been written: the next one has to wait for the next turn of the event loop. */
  #isResting = false;
  readonly #waiting: (Uint8Array | Mark)[] = [];
  /** Of the first of these, what has set off already. */
  #gone = 0;
  readonly #onTheWay: Parcel[] = [];
  #queuedBytes = 0;
  /** Bytes of the stream that have set off; up to `#flightEnd` with the same delay. */
  #position = 0;
  #flightEnd = 0;
  #flightDelayUs = 0;
  /** Of what sets off next, where faults lose something; null: it gets through, or has not been tried. */
  #tries: Retransmission | null = null;
  #isLossy = false;
  readonly #drawn = new Map<StreamFault, number>();
  #lastDueUs = 0;
  /** When the sender's reset arrives. */
  #brokenUs = Infinity;
  /** The stream has been ended by a fault; what is read now goes nowhere. */
  #isSpent = false;
  /** The last write has not been taken yet. */
  #isBlocked = false;
  #isSourcePaused = false;
  #own: Buffer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;
  readonly #onWritten = (): void => this.#written();
  readonly #loses = (): boolean => this.#losesNow();

  constructor(buffers: ReadBuffers, events: FlowEvents, isGated: boolean) {
    this.#buffers = buffers;
    this.#events = events;
    this.#isGated = isGated;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get faults(): readonly StreamFault[] {
    return this.#faults;
  }

  /** Says where it reads and where it writes, as soon as that is there; null: as before. */
  connect(source: Socket | null, target: Socket | null): void {
    this.#source = source ?? this.#source;
    this.#target = target ?? this.#target;
  }

  /** Says what is wrong with its link from now on. */
  setFaults(faults: readonly StreamFault[]): void {
    const isLossNew = faults.some((fault) => fault.loses && !this.#faults.includes(fault));
    this.#faults = faults;
    this.#isLossy = faults.some((fault) => fault.loses);
    this.#isHeld = faults.some((fault) => fault.holds);
    this.#cutter = faults.find((fault) => fault.pieceEnd !== undefined) ?? null;
    this.#flightDelayUs = this.#isInFlight() ? this.#drawFlightUs() : 0;
    // The rest of a flight that got through may be lost now.
    if (isLossNew && this.#isInFlight()) this.#tries ??= new Retransmission(RETRANSMISSION_US);
    this.#pump();
  }

  /** The connection stands: bytes may pass. */
  openGate(): void {
    this.#isGated = false;
    this.#pump();
  }

  buffer(): Uint8Array {
    return this.#own ?? this.#buffers.shared;
  }

  take(count: number, buffer: Uint8Array): boolean {
    const bytes = buffer.subarray(0, count);
    const isOwn = buffer === this.#own;
    if (this.#isClear()) this.#writeThrough(isOwn ? bytes : Buffer.from(bytes));
    else this.#enqueue(Buffer.from(bytes));
    this.#chooseBuffer(count);
    this.#isSourcePaused = !this.#hasRoom();
    return !this.#isSourcePaused;
  }

  /** Sends a mark after all bytes so far. */
  mark(mark: Mark): void {
    this.#enqueue(mark);
  }

  /** The sender has reset its end: nothing of what still waits there would come. */
  breakOff(): void {
    if (this.#isOver || this.#brokenUs < Infinity) return;
    this.#brokenUs = Math.max(this.#lastDueUs, readClock() + this.#flightDelayUs);
    this.#pump();
  }

  /** Does nothing any more. */
  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.length = 0;
    this.#onTheWay.length = 0;
    this.#queuedBytes = 0;
  }

  /** Gives its buffer back, from which nothing may be left to write. */
  release(): void {
    if (this.#own !== null) this.#buffers.giveBack(this.#own);
    this.#own = null;
  }

  /** For the next read; until it is asked for again, the socket may read into the one before. */
  #chooseBuffer(count: number): void {
    if (this.#faults.length === 0) {
      if (count >= STREAMING_BYTES) this.#own ??= this.#buffers.borrow();
    } else if (!this.#isBlocked) this.release();
  }

  /** Whether bytes can be written as they come. */
  #isClear(): boolean {
    return (
      this.#faults.length === 0 &&
      this.#waiting.length + this.#onTheWay.length === 0 &&
      !this.#isGated &&
      !this.#isBlocked &&
      !this.#isOver
    );
  }

  #hasRoom(): boolean {
    if (this.#isOver || this.#isSpent) return false;
    // Its own buffer is being written: it may not be read into.
    if (this.#isBlocked && this.#own !== null) return false;
    const parcels = this.#waiting.length + this.#onTheWay.length;
    const written = this.#target?.writableLength ?? 0;
    return this.#queuedBytes + parcels * PARCEL_BYTES + written < WINDOW_BYTES;
  }

  #enqueue(what: Uint8Array | Mark): void {
    if (this.#isOver || this.#isSpent) return;
    this.#waiting.push(what);
    if (typeof what !== 'string') this.#queuedBytes += what.length;
    this.#pump();
  }

  /** Moves everything as far as it may go now, and waits for the rest. */
  #pump(): void {
    if (this.#isOver || this.#isHeld) return;
    const nowUs = readClock();
    const againUs = this.#setOff(nowUs);
    this.#arrive(nowUs);
    if (this.#brokenUs <= nowUs && !this.#isOver) return this.#events.onReset();
    this.#readOn();
    this.#wakeAt(Math.min(againUs, this.#nextDueUs(), this.#brokenUs), nowUs);
  }

  #readOn(): void {
    if (!this.#isSourcePaused || !this.#hasRoom()) return;
    this.#isSourcePaused = false;
    this.#source?.resume();
  }

  /** Lets what waits set off. Gives when the rest is to be tried again. */
  #setOff(nowUs: number): number {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined || this.#isSpent) return Infinity;
      if (first !== 'open' && this.#isGated) return Infinity;
      const againUs =
        typeof first === 'string'
          ? this.#setOffMark(first, nowUs)
          : this.#setOffBytes(first, nowUs);
      if (againUs > nowUs) return againUs;
    }
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
    this.#send(bytes, leftUs + this.#flightDelayUs);
  }

  #send(what: Uint8Array | Mark, dueUs: number, laterUs = 0): void {
    // No overtaking.
    this.#lastDueUs = Math.max(this.#lastDueUs, dueUs) + laterUs;
    this.#onTheWay.push({ what, dueUs: this.#lastDueUs });
    if (what === 'reset') this.#isSpent = true;
  }

  #finishFirst(): void {
    this.#waiting.shift();
    this.#gone = 0;
  }

  /** Hands over what is due. */
  #arrive(nowUs: number): void {
    while (!this.#isOver && this.#nextDueUs() <= nowUs) {
      const { what } = this.#onTheWay[0]!;
      if (typeof what !== 'string') {
        if (this.#cutter === null) this.#writeDue(nowUs);
        else this.#writePiece(what, this.#cutter);
      } else {
        this.#onTheWay.shift();
        this.#arriveMark(what);
      }
    }
  }

  // Together, so that a plain reader finds in one segment what was sent in one.
  #writeDue(nowUs: number): void {
    const target = this.#target!;
    target.cork();
    for (let next = this.#onTheWay[0]; next !== undefined; next = this.#onTheWay[0]) {
      if (typeof next.what === 'string' || next.dueUs > nowUs) break;
      this.#onTheWay.shift();
      this.#queuedBytes -= next.what.length;
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
    const target = this.#target!;
    const count = Math.min(bytes.length, cutter.pieceEnd!(this.#cutBytes) - this.#cutBytes);
    const { dueUs } = this.#onTheWay.shift()!;
    if (count < bytes.length) this.#onTheWay.unshift({ what: bytes.subarray(count), dueUs });
    this.#cutBytes += count;
    this.#queuedBytes -= count;
    target.write(bytes.subarray(0, count), this.#onWritten);
    this.#isBlocked = target.writableLength > 0;
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.#pump();
    });
  }

  #arriveMark(mark: Mark): void {
    if (mark === 'open') this.#events.onOpen();
    else if (mark === 'end') this.#target!.end();
    else this.#events.onReset();
  }

  #writeThrough(bytes: Uint8Array): void {
    this.#position += bytes.length;
    this.#target!.write(bytes, this.#onWritten);
    this.#isBlocked = this.#target!.writableLength > 0;
  }

  #written(): void {
    if (!this.#isBlocked || this.#target!.writableLength > 0) return;
    this.#isBlocked = false;
    this.#pump();
  }

  #nextDueUs(): number {
    return this.#isBlocked || this.#isResting ? Infinity : (this.#onTheWay[0]?.dueUs ?? Infinity);
  }

  #wakeAt(atUs: number, nowUs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (atUs === Infinity || this.#isOver) return;
    const inMs = Math.min(MAX_SLEEP_MS, Math.max(1, Math.ceil((atUs - nowUs) / 1_000)));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pump();
    }, inMs);
  }
}

function readClock(): number {
  return performance.now() * 1_000;
}
