/**
 * One direction of a relayed connection: reads from one socket, writes to the other.
 *
 * While nothing is wrong with its link, what is read is written at once, from the buffer that it was read
 * into: no copy, no timer, no queue; a socket that takes no more stops the reading of the other. Once
 * there is a fault (or something waits from one that has gone), everything takes the long way:
 *
 *   read → waiting → [sets off: faults delay, pace, change it] → on the way → [arrives] → written
 *          departure.ts                                          arrival.ts
 *
 * Its call and its end take the same way, as marks between the bytes. A reset overtakes what waits.
 */
import type { Socket } from 'node:net';
import { Arrival } from './arrival.ts';
import { Departure } from './departure.ts';
import type { StreamFault } from './fault/stream-fault.ts';
import type { Mark } from './parcel.ts';
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

/** See the head of this file. */
export class Flow implements Reader {
  readonly #buffers: ReadBuffers;
  readonly #events: FlowEvents;
  readonly #arrival: Arrival = new Arrival(() => this.#pump());
  readonly #departure: Departure = new Departure((parcel) => this.#arrival.push(parcel));
  #source: Socket | null = null;
  /** Bytes wait here until the connection stands. */
  #isGated: boolean;
  #isHeld = false;
  /** When the sender's reset arrives. */
  #brokenUs = Infinity;
  #isSourcePaused = false;
  #own: Buffer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;
  readonly #onMark = (mark: 'open' | 'reset'): void =>
    mark === 'open' ? this.#events.onOpen() : this.#events.onReset();

  constructor(buffers: ReadBuffers, events: FlowEvents, isGated: boolean) {
    this.#buffers = buffers;
    this.#events = events;
    this.#isGated = isGated;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get faults(): readonly StreamFault[] {
    return this.#departure.faults;
  }

  /** Says where it reads and where it writes, as soon as that is there; null: as before. */
  connect(source: Socket | null, target: Socket | null): void {
    this.#source = source ?? this.#source;
    if (target !== null) this.#arrival.connect(target);
  }

  /** Says what is wrong with its link from now on. */
  setFaults(faults: readonly StreamFault[]): void {
    this.#isHeld = faults.some((fault) => fault.holds);
    this.#departure.setFaults(faults);
    this.#arrival.setFaults(faults);
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
    this.#brokenUs = this.#departure.overtakeUs(readClock());
    this.#pump();
  }

  /** Does nothing any more. */
  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#departure.clear();
    this.#arrival.clear();
  }

  /** Gives its buffer back, from which nothing may be left to write. */
  release(): void {
    if (this.#own !== null) this.#buffers.giveBack(this.#own);
    this.#own = null;
  }

  /** For the next read; until it is asked for again, the socket may read into the one before. */
  #chooseBuffer(count: number): void {
    if (this.faults.length === 0) {
      if (count >= STREAMING_BYTES) this.#own ??= this.#buffers.borrow();
    } else if (!this.#arrival.isBlocked) this.release();
  }

  /** Whether bytes can be written as they come. */
  #isClear(): boolean {
    return (
      this.faults.length === 0 &&
      this.#departure.count + this.#arrival.count === 0 &&
      !this.#isGated &&
      !this.#arrival.isBlocked &&
      !this.#isOver
    );
  }

  #hasRoom(): boolean {
    if (this.#isOver || this.#departure.isSpent) return false;
    // Its own buffer is being written: it may not be read into.
    if (this.#arrival.isBlocked && this.#own !== null) return false;
    const parcels = this.#departure.count + this.#arrival.count;
    const bytes = this.#departure.bytes + this.#arrival.bytes;
    return bytes + parcels * PARCEL_BYTES < WINDOW_BYTES;
  }

  #enqueue(what: Uint8Array | Mark): void {
    if (this.#isOver) return;
    this.#departure.push(what);
    this.#pump();
  }

  /** Moves everything as far as it may go now, and waits for the rest. */
  #pump(): void {
    if (this.#isOver || this.#isHeld) return;
    const nowUs = readClock();
    const againUs = this.#departure.setOff(nowUs, this.#isGated);
    this.#arrival.arrive(nowUs, this.#onMark);
    if (this.#brokenUs <= nowUs && !this.#isOver) return this.#events.onReset();
    this.#readOn();
    this.#wakeAt(Math.min(againUs, this.#arrival.nextDueUs, this.#brokenUs), nowUs);
  }

  #readOn(): void {
    if (!this.#isSourcePaused || !this.#hasRoom()) return;
    this.#isSourcePaused = false;
    this.#source?.resume();
  }

  #writeThrough(bytes: Uint8Array): void {
    this.#departure.pass(bytes.length);
    this.#arrival.write(bytes);
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
