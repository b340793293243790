import { ipOf, portOf, type Address } from './address.ts';
import { MAX_LIST_BYTES } from './limits.ts';

const encoder = new TextEncoder();

/** The bare greeting: exactly these five bytes are one to a plain peer. */
export const HELLO: Uint8Array = encoder.encode('HELLO');

/** What a found image begins with: five bytes with the space, never split. */
export const RES: Uint8Array = encoder.encode('RES: ');

/** The answer for an image that is not here. */
export const ERR_NOT_FOUND: Uint8Array = encoder.encode('ERR: not_found');

/** The answer for a name that no image can have. */
export const ERR_BAD_NAME: Uint8Array = encoder.encode('ERR: bad_name');

/** The answer for an image that is here and cannot be read. */
export const ERR_UNREADABLE: Uint8Array = encoder.encode('ERR: unreadable');

/** A greeting that announces the caller's own listening port; a plain peer closes on it. */
export function encodeAnnouncement(port: number): Uint8Array {
  // A peer needs but one; many peers in one process, each at an address of its own, have the same port.
  if (announcement.port !== port) announcement = { port, bytes: encoder.encode(`HELLO ${port}`) };
  return announcement.bytes;
}

/** The one that was made last. */
let announcement = { port: 0, bytes: encoder.encode('HELLO 0') };

const REQ_HEAD = encoder.encode('REQ: ');

/** A request for an image. The caller has checked the name. */
export function encodeRequest(name: string): Uint8Array {
  const bytes = new Uint8Array(REQ_HEAD.length + name.length);
  bytes.set(REQ_HEAD);
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    // Nearly all names are ASCII, for which the encoder costs more than the rest of a request.
    if (unit >= 0x80) return encoder.encode(`REQ: ${name}`);
    bytes[REQ_HEAD.length + i] = unit;
  }
  return bytes;
}

/**
 * A list of peers, `PEERS: a.b.c.d:port …`: IPv4, decimal, single spaces, nothing behind. A plain
 * reader crashes on anything else, and on a list without the space behind the colon. Cut after the
 * last whole entry that fits into `MAX_LIST_BYTES`, since a plain reader reads once.
 */
export function encodePeers(addresses: readonly Address[]): Uint8Array {
  const bytes = new Uint8Array(Math.min(MAX_LIST_BYTES, 7 + addresses.length * 22));
  bytes.set(PEERS_HEAD);
  let end = PEERS_HEAD.length;
  let first = true;
  for (const address of addresses) {
    if (end + MAX_ENTRY_BYTES > bytes.length && end + entryBytes(address) > bytes.length) break;
    if (!first) bytes[end++] = SPACE;
    first = false;
    end = writeAddress(bytes, end, address);
  }
  // A copy of the right size: lists are kept, one in each peer.
  return bytes.slice(0, end);
}

/** How many of the addresses, from the first one on, `encodePeers` puts into one message. */
export function countFitting(addresses: readonly Address[]): number {
  // There is no space before the first one.
  let length = PEERS_HEAD.length - 1;
  let count = 0;
  for (const address of addresses) {
    length += entryBytes(address);
    if (length > MAX_LIST_BYTES) break;
    count++;
  }
  return count;
}

const PEERS_HEAD = encoder.encode('PEERS: ');
const SPACE = 32;
const DOT = 46;
const COLON = 58;
const ZERO = 48;

/** ` 255.255.255.255:65535`. */
const MAX_ENTRY_BYTES = 22;

/** Of an address with the space before it. */
function entryBytes(address: Address): number {
  const ip = ipOf(address);
  let length = 5 + decimalDigits(portOf(address));
  for (let shift = 24; shift >= 0; shift -= 8) length += decimalDigits((ip >>> shift) & 255);
  return length;
}

function writeAddress(bytes: Uint8Array, at: number, address: Address): number {
  const ip = ipOf(address);
  let end = writeDecimal(bytes, at, ip >>> 24);
  for (let shift = 16; shift >= 0; shift -= 8) {
    bytes[end++] = DOT;
    end = writeDecimal(bytes, end, (ip >>> shift) & 255);
  }
  bytes[end++] = COLON;
  return writeDecimal(bytes, end, portOf(address));
}

function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  const end = at + decimalDigits(value);
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tens = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return end;
}

function decimalDigits(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1_000) return 3;
  return value < 10_000 ? 4 : 5;
}
