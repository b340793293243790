import { noise } from '../bodies.ts';

/** A PNG of exactly `sizeBytes`, 57 at least, with noise for pixels; whole by its structure. */
export function pngOf(sizeBytes: number, seed = 1): Uint8Array {
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.alloc(13, 1)),
    chunk('IDAT', noise(sizeBytes - 57, seed)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Its checksum is left out, since nobody decodes it. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
}
