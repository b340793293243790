/**
 * Whether `head`, the first bytes of a picture or all of it, begins as `signature` does. A head shorter
 * than the signature counts from two bytes on: one byte says too little.
 */
export function beginsAs(head: Uint8Array, signature: readonly number[]): boolean {
  const length = Math.min(head.length, signature.length);
  if (length < Math.min(2, signature.length)) return false;
  for (let i = 0; i < length; i++) if (head[i] !== signature[i]) return false;
  return true;
}

/** One character a byte. For at most a few thousand bytes. */
export function asLatin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** The unsigned 32 bits at `at`, least significant byte first. */
export function littleEndian32(bytes: Uint8Array, at: number): number {
  return bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65_536 + bytes[at + 3]! * 16_777_216;
}

/** The unsigned 32 bits at `at`, most significant byte first. */
export function bigEndian32(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 16_777_216 + bytes[at + 1]! * 65_536 + bytes[at + 2]! * 256 + bytes[at + 3]!;
}
