import { createCipheriv } from 'node:crypto';
import type { Random } from '../random/random.ts';

const KEY_BYTES = 16;

/**
 * So many random bytes: the key stream of AES in counter mode, whose key is drawn from `random`. It is
 * the same on every machine, and three times as fast as drawing number by number. The buffer is the
 * caller's, and begins at the start of its memory.
 */
export function noise(random: Random, length: number): Uint8Array<ArrayBuffer> {
  const key = Buffer.alloc(KEY_BYTES);
  for (let at = 0; at < KEY_BYTES; at += 4) key.writeUInt32BE(random.next32(), at);
  const bytes = new Uint8Array(length);
  bytes.set(createCipheriv('aes-128-ctr', key, new Uint8Array(KEY_BYTES)).update(bytes));
  return bytes;
}

/**
 * Keeps of each byte only the bits of `keep`, and sets those of `set`; both are repeated over all bytes.
 * They have one length, a multiple of four. Four bytes at a time: one by one takes five times as long.
 */
export function shapeBytes(
  bytes: Uint8Array<ArrayBuffer>,
  keep: Uint8Array<ArrayBuffer>,
  set: Uint8Array<ArrayBuffer>,
): void {
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  const keepWords = new Uint32Array(keep.buffer);
  const setWords = new Uint32Array(set.buffer);
  const period = keepWords.length;
  for (let at = 0, i = 0; at < words.length; at++) {
    words[at] = (words[at]! & keepWords[i]!) | setWords[i]!;
    if (++i === period) i = 0;
  }
  for (let at = words.length * 4; at < bytes.length; at++) {
    const i = at % keep.length;
    bytes[at] = (bytes[at]! & keep[i]!) | set[i]!;
  }
}
