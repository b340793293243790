import assert from 'node:assert/strict';

/** One packet out of a capture. */
export interface ReadPacket {
  readonly atUs: number;
  /** `a.b.c.d:port`. */
  readonly source: string;
  readonly target: string;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
  readonly payload: Buffer;
}

/** Reads a classic capture of raw IPv4, and holds its lengths and checksums against the standards. */
export function readPcap(file: Buffer): ReadPacket[] {
  assert.equal(file.readUInt32LE(0), 0xa1b2c3d4);
  assert.deepEqual([file.readUInt16LE(4), file.readUInt16LE(6)], [2, 4]);
  assert.equal(file.readUInt32LE(20), 101);
  const packets: ReadPacket[] = [];
  for (let at = 24; at < file.length;) {
    const atUs = file.readUInt32LE(at) * 1_000_000 + file.readUInt32LE(at + 4);
    const length = file.readUInt32LE(at + 8);
    assert.equal(file.readUInt32LE(at + 12), length);
    packets.push({ atUs, ...readPacket(file.subarray(at + 16, at + 16 + length)) });
    at += 16 + length;
  }
  return packets;
}

function readPacket(ip: Buffer): Omit<ReadPacket, 'atUs'> {
  assert.equal(ip[0], 0x45);
  assert.equal(ip.readUInt16BE(2), ip.length);
  assert.equal(ip[9], 6);
  assert.equal(checksum(ip.subarray(0, 20)), 0, 'checksum of IP');
  const tcp = ip.subarray(20);
  const pseudo = Buffer.alloc(12);
  ip.copy(pseudo, 0, 12, 20);
  pseudo[9] = 6;
  pseudo.writeUInt16BE(tcp.length, 10);
  assert.equal(checksum(Buffer.concat([pseudo, tcp])), 0, 'checksum of TCP');
  const dotted = (at: number): string => ip.subarray(at, at + 4).join('.');
  return {
    source: `${dotted(12)}:${tcp.readUInt16BE(0)}`,
    target: `${dotted(16)}:${tcp.readUInt16BE(2)}`,
    sequence: tcp.readUInt32BE(4),
    acknowledged: tcp.readUInt32BE(8),
    flags: tcp[13]!,
    payload: tcp.subarray((tcp[12]! >> 4) * 4),
  };
}

/** RFC 1071; 0 over what holds its own checksum. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  bytes.forEach((byte, at) => (sum += at % 2 === 0 ? byte << 8 : byte));
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Follows one direction: the bytes, each packet continuing where the one before ended. */
export function reassemble(packets: readonly ReadPacket[], source: string): Buffer {
  const own = packets.filter((one) => one.source === source);
  let next = -1;
  const parts: Buffer[] = [];
  for (const { sequence, flags, payload } of own) {
    if (next >= 0) assert.equal(sequence, next, 'sequence number');
    next = (sequence + payload.length + (flags & 1) + ((flags >> 1) & 1)) >>> 0;
    parts.push(payload);
  }
  return Buffer.concat(parts);
}
