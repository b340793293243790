import { displaySafe } from '@imagemesh/peer';
import type { JournalHead } from '../journal/reader.ts';

/** The names behind the numbers of a journal, made safe to print. */
export class Names {
  readonly head: JournalHead;
  readonly #peers: readonly string[];

  constructor(head: JournalHead) {
    this.head = head;
    this.#peers = head.peers.map((name) => displaySafe(name));
  }

  /** The longest name of a peer, in characters, `nobody` included. */
  get longest(): number {
    return this.#peers.reduce((longest, name) => Math.max(longest, name.length), 'nobody'.length);
  }

  peer(number: number): string {
    return this.#peers[number] ?? 'nobody';
  }

  phase(number: number): string {
    return displaySafe(this.head.phases[number] ?? `${number}`);
  }

  fault(number: number): string {
    return displaySafe(this.head.faults[number] ?? `fault ${number}`);
  }

  image(number: number): string {
    return displaySafe(imageNameOf(this.head, number));
  }
}

/** The name of an image as it goes over the wire; as `imageName` has it, which needs the whole plan. */
export function imageNameOf({ images }: JournalHead, number: number): string {
  return images[number]?.name ?? `missing-${-number}.png`;
}
