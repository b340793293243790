import type { CloseCause } from '@imagemesh/peer';
import type { WireBytes } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { Content } from './content.ts';
import type { Segment } from './segment.ts';
import type { VirtualConnection } from './virtual-connection.ts';

/** Writes what happens on the simulated wire into a journal. */
export class WireTrace {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  dial(atUs: number, near: VirtualConnection, to: number): void {
    const connection = numberOf(near);
    this.#journal.write({ kind: 'dial', atUs, connection, peer: near.host.index, to });
  }

  open(atUs: number, near: VirtualConnection): void {
    this.#journal.write({ kind: 'open', atUs, connection: numberOf(near) });
  }

  bytes(atUs: number, reached: VirtualConnection, segment: Segment): void {
    const { bytes, content, from, to, isLast, sentUs, length } = segment;
    this.#journal.write({
      kind: 'bytes',
      atUs,
      sentUs,
      connection: numberOf(reached),
      peer: reached.host.index,
      from: reached.other?.host.index ?? -1,
      length,
      bytes: bytes === null ? '' : base64(bytes),
      image: content === null ? null : partOf(content, from, to),
      isLast,
    });
  }

  close(atUs: number, end: VirtualConnection, cause: CloseCause): void {
    const connection = numberOf(end);
    this.#journal.write({ kind: 'close', atUs, connection, peer: end.host.index, cause });
  }

  alarm(atUs: number, peer: number): void {
    this.#journal.write({ kind: 'alarm', atUs, peer });
  }
}

function partOf({ number, version }: Content, start: number, end: number): WireBytes['image'] {
  return { image: number, start, end, ...(version > 1 && { version }) };
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Both ends of a connection have one number. */
function numberOf(end: VirtualConnection): number {
  return end.id >> 1;
}
