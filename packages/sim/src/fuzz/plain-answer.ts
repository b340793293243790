/**
 * The oracle: what the reference plain peer (scripts/plain-peer.py) answers to a request that arrives whole in
 * one piece. A test holds it to that program. Requests that make the program misbehave have no answer here.
 */
import { checkName, PeerError } from '@imagemesh/peer';
import type { FuzzImages } from './fuzz-images.ts';

/** An answer, told apart as far as two peers must agree. */
export type Answer =
  | { readonly kind: 'list' }
  | { readonly kind: 'image'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'denial' };

const HELLO = 'HELLO';
const REQ = 'REQ: ';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a request is answered with; null when it is not well-formed: every peer may answer that in its own way. */
export function plainAnswer(request: Uint8Array, images: FuzzImages): Answer | null {
  if (latin1(request) === HELLO) return { kind: 'list' };
  const name = requestedName(request);
  if (name === null || !isGoodName(name)) return null;
  const bytes = images.get(name);
  return bytes === undefined ? { kind: 'denial' } : { kind: 'image', name, bytes };
}

/** The name behind `REQ: `; null when the bytes are no such request, or the name is no text in its composed form. */
export function requestedName(request: Uint8Array): string | null {
  if (!latin1(request).startsWith(REQ)) return null;
  try {
    const name = decoder.decode(request.subarray(REQ.length));
    return name === name.normalize('NFC') ? name : null;
  } catch {
    return null;
  }
}

/** Whether every peer takes this for the name of an image. Hidden ones are served by the plain peer alone. */
function isGoodName(name: string): boolean {
  if (name.startsWith('.')) return false;
  try {
    checkName(name);
    return true;
  } catch (error) {
    if (error instanceof PeerError) return false;
    throw error;
  }
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
