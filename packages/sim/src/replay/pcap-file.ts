import { showFigure, showNumber } from '../result/show-figure.ts';
import { OutputFile } from './output-file.ts';
import { encodePacket, MOST_PAYLOAD, type Packet } from './packet.ts';

const MAGIC_MICROSECONDS = 0xa1_b2_c3_d4;
/** LINKTYPE_RAW: packets begin with their IP head. */
const LINK_RAW = 101;
const SNAP_BYTES = 262_144;
const HEAD_BYTES = 24;
const RECORD_BYTES = 16;
const MOST_HEADS = 48;

/** A classic packet capture; the beginning of the run is its time 0. */
export class PcapFile {
  /** Packets written so far. */
  count = 0;
  readonly #file: OutputFile;
  readonly #record = Buffer.alloc(RECORD_BYTES);
  readonly #packet = Buffer.alloc(MOST_HEADS + MOST_PAYLOAD);

  /** Makes the file; throws a `ReplayError`, here and when writing. */
  constructor(path: string) {
    this.#file = new OutputFile(path);
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(MAGIC_MICROSECONDS, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(4, 6);
    head.writeUInt32LE(SNAP_BYTES, 16);
    head.writeUInt32LE(LINK_RAW, 20);
    this.#file.write(head);
  }

  /** `path: 12 packets, 1.2 kB`. */
  get summary(): string {
    const { path, sizeBytes } = this.#file;
    return `${path}: ${showNumber(this.count)} packets, ${showFigure('bytes', sizeBytes)}`;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  /** Appends a packet, whose payload has at most `MOST_PAYLOAD` bytes. */
  write(atUs: number, packet: Packet): void {
    const length = encodePacket(this.#packet, packet, this.count);
    this.#record.writeUInt32LE(Math.floor(atUs / 1_000_000) >>> 0, 0);
    this.#record.writeUInt32LE(atUs % 1_000_000, 4);
    this.#record.writeUInt32LE(length, 8);
    this.#record.writeUInt32LE(length, 12);
    this.#file.write(this.#record);
    this.#file.write(this.#packet.subarray(0, length));
    this.count++;
  }

  finish(): void {
    this.#file.finish();
  }

  keep(): void {
    this.#file.keep();
  }

  close(): void {
    this.#file.close();
  }
}
