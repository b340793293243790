/** One TCP segment between two IPv4 addresses. */
export interface Packet {
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** Sequence and acknowledgement numbers; taken modulo 2³². */
  readonly sequence: number;
  readonly acknowledged: number;
  /** Of `FIN`, `SYN`, …, added up. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** An address and a port. */
export interface Endpoint {
  /** Unsigned 32 bits. */
  readonly ip: number;
  readonly port: number;
}

/** Flags of TCP (RFC 9293). */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

/** Bytes of data in one segment, what Ethernet leaves of its 1,500. */
export const MOST_PAYLOAD = 1_460;

const IP_HEAD_BYTES = 20;
const TCP_HEAD_BYTES = 20;

/**
 * What a SYN offers: segments of 1,460 bytes, and a window of 1 GiB (65,535 × 2¹⁴). A piece of a
 * stream stands for packets that no acknowledgement comes between; a smaller window would be full.
 */
const SYN_OPTIONS = Uint8Array.of(2, 4, MOST_PAYLOAD >> 8, MOST_PAYLOAD & 255, 1, 3, 3, 14);

const WINDOW = 65_535;
const TTL = 64;
const TCP = 6;
const DONT_FRAGMENT = 0x40_00;

/**
 * Writes a packet, IPv4 and TCP with their checksums, to the beginning of `target`, which must have
 * room for 48 bytes and the payload. `id` is the packet's number for IP. Returns its length.
 */
export function encodePacket(target: Buffer, packet: Packet, id: number): number {
  const options = (packet.flags & SYN) === 0 ? null : SYN_OPTIONS;
  const headBytes = TCP_HEAD_BYTES + (options?.length ?? 0);
  const tcpBytes = headBytes + packet.payload.length;
  writeIpHead(target, packet, id, IP_HEAD_BYTES + tcpBytes);
  const tcp = target.subarray(IP_HEAD_BYTES, IP_HEAD_BYTES + tcpBytes);
  tcp.writeUInt16BE(packet.source.port, 0);
  tcp.writeUInt16BE(packet.target.port, 2);
  tcp.writeUInt32BE(packet.sequence >>> 0, 4);
  tcp.writeUInt32BE(packet.acknowledged >>> 0, 8);
  tcp[12] = (headBytes / 4) << 4;
  tcp[13] = packet.flags;
  tcp.writeUInt16BE(WINDOW, 14);
  tcp.writeUInt32BE(0, 16);
  if (options !== null) tcp.set(options, TCP_HEAD_BYTES);
  tcp.set(packet.payload, headBytes);
  // The checksum covers a head that is not sent: both addresses, the protocol and the length.
  const pseudo = TCP + tcpBytes + sum(target.subarray(12, IP_HEAD_BYTES));
  tcp.writeUInt16BE(fold(pseudo + sum(tcp)), 16);
  return IP_HEAD_BYTES + tcpBytes;
}

function writeIpHead(target: Buffer, packet: Packet, id: number, length: number): void {
  target.writeUInt16BE(0x45_00, 0);
  target.writeUInt16BE(length, 2);
  target.writeUInt16BE(id & 0xff_ff, 4);
  target.writeUInt16BE(DONT_FRAGMENT, 6);
  target[8] = TTL;
  target[9] = TCP;
  target.writeUInt16BE(0, 10);
  target.writeUInt32BE(packet.source.ip, 12);
  target.writeUInt32BE(packet.target.ip, 16);
  target.writeUInt16BE(fold(sum(target.subarray(0, IP_HEAD_BYTES))), 10);
}

/** Sum of the big-endian 16-bit words; a last single byte counts as the upper one. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  const { length } = bytes;
  for (let i = 0; i + 1 < length; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!;
  return length % 2 === 0 ? total : total + (bytes[length - 1]! << 8);
}

/** The checksum of the internet (RFC 1071) from a sum: carries added back in, then inverted. */
function fold(total: number): number {
  let rest = total;
  while (rest > 0xff_ff) rest = (rest & 0xff_ff) + (rest >>> 16);
  return ~rest & 0xff_ff;
}
