/** Why a name is refused; each is an `ERR: bad_name` on the wire. */
export type NameProblem =
  | 'empty'
  | 'too-long'
  | 'separator'
  | 'dots'
  | 'control-character'
  | 'device-name'
  | 'trailing-dot-or-space'
  | 'invalid-utf8';

/** Longest name in bytes of UTF-8: what one path component can hold on every common file system. */
export const MAX_NAME_BYTES = 255;

/** What saved images begin with, as in the original program. */
export const RECEIVED_PREFIX = 'received_';

// Windows reserves these with any extension and in any case; the superscript digits count too. A
// folder of images may be shared with such a machine, so they are refused on every system.
const DEVICE_NAME = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\.|$)/i;

const SLASH = 47;
const BACKSLASH = 92;
const COLON = 58;

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the `copy`-th image of this name is saved as: `received_cat.png`, `received_cat (2).png`, … */
export function receivedName(requested: string, copy: number): string {
  // Two spellings of é are one name, and so one file.
  const name = nameKey(requested);
  if (copy === 1) return RECEIVED_PREFIX + name;
  const dot = name.lastIndexOf('.');
  const end = dot > 0 ? dot : name.length;
  return `${RECEIVED_PREFIX}${name.slice(0, end)} (${copy})${name.slice(end)}`;
}

/** Length of `name` in bytes of UTF-8. */
export function nameBytes(name: string): number {
  return encoder.encode(name).length;
}

/**
 * What is wrong with `name` as the name of an image, or null when it is good: one path component
 * that means the same file on every system. It says nothing about whether such an image exists.
 */
export function nameProblem(name: string): NameProblem | null {
  if (name.length === 0) return 'empty';
  if (isTooLong(name)) return 'too-long';
  const problem = characterProblem(name);
  if (problem !== null) return problem;
  if (name === '.' || name === '..') return 'dots';
  if (name.endsWith('.') || name.endsWith(' ')) return 'trailing-dot-or-space';
  return DEVICE_NAME.test(name) ? 'device-name' : null;
}

/** One pass over the characters: every request's name goes through here. */
function characterProblem(name: string): NameProblem | null {
  let isPlain = true;
  let hasSeparator = false;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return 'control-character';
    if (unit === SLASH || unit === BACKSLASH || unit === COLON) hasSeparator = true;
    if (unit >= 0x80) isPlain = false;
  }
  if (!isPlain && !name.isWellFormed()) return 'invalid-utf8';
  return hasSeparator ? 'separator' : null;
}

/** UTF-8 never takes fewer bytes than UTF-16 takes units, so most names need not be encoded for this. */
function isTooLong(name: string): boolean {
  if (name.length > MAX_NAME_BYTES) return true;
  return name.length * 3 > MAX_NAME_BYTES && nameBytes(name) > MAX_NAME_BYTES;
}

/** Whether every character is ASCII, which has one spelling only. */
export function isAscii(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** The form in which names are compared: composed (NFC), so that two spellings of é are one name. */
export function nameKey(name: string): string {
  return isAscii(name) ? name : name.normalize('NFC');
}

/**
 * Decodes `bytes[from, to)` as UTF-8; null when they are not valid UTF-8. ASCII, by far the usual
 * case, takes a path without the decoder, which costs more than the rest of a request's parsing.
 */
export function decodeName(bytes: Uint8Array, from: number, to: number): string | null {
  const units: number[] = [];
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return decodeUtf8(bytes.subarray(from, to));
    units.push(byte);
  }
  return String.fromCharCode(...units);
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}
