/**
 * A journal as a packet capture. The simulated wire has streams, not packets, so these are made up:
 * handshakes, segments of 1,460 bytes, one acknowledgement for each piece, ends and resets, as a
 * capture would show them that sees each packet when it arrives. Only the first packet of a connection
 * stands where it left, because a journal does not say when it arrived.
 */
import { ipOf, parseAddress, portOf } from '@imagemesh/peer';
import type { WireClose } from '../journal/event.ts';
import { showNumber } from '../result/show-figure.ts';
import type { ImageBytes } from './image-bytes.ts';
import { ACK, FIN, MOST_PAYLOAD, PSH, RST, SYN, type Endpoint } from './packet.ts';
import { PcapFile } from './pcap-file.ts';
import type { Sink } from './sink.ts';
import type { Piece, Scene, Side, TracedConnection, Tracker } from './tracker.ts';

/** The ports of callers, as the virtual world gives them out. */
const CALLER_PORT = 40_000;
const CALLER_PORTS = 20_000;

/** Where nobody lives: an address for documentation (RFC 5737), since the journal has only "nobody". */
const NOWHERE: Endpoint = { ip: 0xc0_00_02_01, port: 9_000 };

/** A capture that is so many times as large as its trace is worth a word. */
const MUCH_LARGER = 4;

const NOTHING = new Uint8Array(0);

/** See the head of this file. */
export class PcapSink implements Sink {
  readonly #file: PcapFile;
  readonly #images: ImageBytes;
  readonly #addresses: ReadonlyMap<number, string>;
  readonly #payload = Buffer.alloc(MOST_PAYLOAD);
  readonly #traceBytes: number;

  /** Makes the file; throws a `ReplayError`. `traceBytes` is the size of the trace that it is made of. */
  constructor(path: string, { addresses }: Tracker, images: ImageBytes, traceBytes: number) {
    this.#file = new PcapFile(path);
    this.#traceBytes = traceBytes;
    this.#images = images;
    this.#addresses = addresses;
  }

  get isEmpty(): boolean {
    return this.#file.count === 0;
  }

  take({ event, connection, piece }: Scene): void {
    switch (event.kind) {
      case 'dial':
        return this.#send(event.atUs, connection!, connection!.caller, SYN);
      case 'open':
        this.#send(event.atUs, connection!, connection!.callee, SYN | ACK);
        return this.#send(event.atUs, connection!, connection!.caller, ACK);
      case 'bytes':
        return this.#piece(connection!, piece!);
      case 'close':
        return this.#close(connection!, event);
    }
  }

  text(): string {
    return '';
  }

  finish(): string {
    this.#file.finish();
    return `${this.#file.summary}${this.#sizeNote()}; open it with Wireshark`;
  }

  keep(): void {
    this.#file.keep();
  }

  close(): void {
    this.#file.close();
  }

  /** Images, which a trace only names, are written out here. */
  #sizeNote(): string {
    const times = Math.round(this.#file.sizeBytes / this.#traceBytes);
    if (times < MUCH_LARGER) return '';
    return `, ${showNumber(times)} times the trace (narrow it with --from, --to, --peer, --connection or --request)`;
  }

  #piece(connection: TracedConnection, piece: Piece): void {
    const { event, from, to } = piece;
    const { length, atUs } = event;
    for (let at = 0; at < length || (at === 0 && event.isLast); at += MOST_PAYLOAD) {
      const count = Math.min(MOST_PAYLOAD, length - at);
      const isFinal = at + count === length;
      const flags = ACK | (isFinal && count > 0 ? PSH : 0) | (isFinal && event.isLast ? FIN : 0);
      this.#fill(piece, at, count);
      this.#send(
        atUs,
        connection,
        from,
        flags,
        piece.offset + at,
        this.#payload.subarray(0, count),
      );
    }
    // What comes too late is not acknowledged any more; and the handshake has been already.
    if (to.closed !== null || (length === 0 && !event.isLast)) return;
    this.#send(atUs, connection, to, ACK);
  }

  /** Puts bytes [at, at + count) of a piece into `#payload`. */
  #fill({ event, bytes }: Piece, at: number, count: number): void {
    const target = this.#payload;
    const own = bytes.subarray(at, at + count);
    target.set(own);
    if (own.length === count) return;
    const { image, start, version } = event.image!;
    const from = start + at + own.length - bytes.length;
    const part = this.#images.read(image, from, from + count - own.length, version);
    if (part === null) target.fill(0, own.length, count);
    else target.set(part, own.length);
  }

  #close(connection: TracedConnection, { atUs, peer, cause }: WireClose): void {
    const side = connection.sideOf(peer);
    const across = connection.across(side);
    // Whoever breaks a connection closes first, with a cause of its own; the other learns it from a reset.
    const isTold = cause === 'refused' || (cause === 'reset' && across.closed !== null);
    if (isTold) this.#send(atUs, connection, across, RST | ACK);
  }

  /** Sends from one side; what carries data says where in its stream that begins. */
  #send(
    atUs: number,
    connection: TracedConnection,
    from: Side,
    flags: number,
    offset: number = sentBy(from),
    payload: Uint8Array = NOTHING,
  ): void {
    const to = connection.across(from);
    const isSyn = (flags & SYN) !== 0;
    const first = firstSequence(connection, from);
    // A port where nobody listens answers a SYN with sequence number 0 (RFC 9293, 3.10.7.1).
    const isRefusal = (flags & RST) !== 0 && !connection.isOpen;
    this.#file.write(atUs, {
      source: this.#endpoint(connection, from),
      target: this.#endpoint(connection, to),
      sequence: isRefusal ? 0 : first + (isSyn ? 0 : 1 + offset),
      acknowledged: (flags & ACK) === 0 ? 0 : firstSequence(connection, to) + 1 + sentBy(to),
      flags,
      payload,
    });
  }

  #endpoint(connection: TracedConnection, side: Side): Endpoint {
    const text = this.#addresses.get(side.peer);
    const address = text === undefined ? null : parseAddress(text);
    if (address === null) return NOWHERE;
    const ip = ipOf(address);
    if (side === connection.callee) return { ip, port: portOf(address) };
    return { ip, port: CALLER_PORT + (connection.number % CALLER_PORTS) };
  }
}

/** What has arrived of a side's stream, its end counted as one, as TCP does. */
function sentBy(side: Side): number {
  return side.arrivedBytes + (side.hasEnded ? 1 : 0);
}

/** Where a side begins to count: anywhere, but apart from the connection before at the same ports. */
function firstSequence({ number, caller }: TracedConnection, side: Side): number {
  return ((number + 1) * 0x9e_37_79 + (side === caller ? 0 : 0x40_00_00_00)) % 2 ** 32;
}
