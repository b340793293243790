import {
  isAscii,
  nameKey,
  RECEIVED_PREFIX,
  receivedName,
  type BodyKeeper,
  type ImageOpener,
  type ImageStore,
  type KeptImage,
  type MissReason,
  type ReceivedBody,
} from '@imagemesh/peer';
import type { Content } from './content.ts';

/** All images that there are in a world, by name; the peers' stores refer to them. */
export class Catalog {
  readonly #byName = new Map<string, Content>();
  /** Whether every name has one spelling only, so that names can be compared as they are. */
  isPlain = true;

  /** Adds an image. */
  add(name: string, content: Content): void {
    this.#byName.set(nameKey(name), content);
    if (!isAscii(name)) this.isPlain = false;
  }

  /** The image with this name. */
  get(name: string): Content | undefined {
    return this.#byName.get(nameKey(name));
  }
}

/** What a store tells its world: what is to happen a little later. */
export interface StoreSchedule {
  later(store: VirtualStore, opener: ImageOpener, found: Content | MissReason): void;
  laterKept(store: VirtualStore, keeper: BodyKeeper, kept: KeptImage): void;
}

/** A peer's folder of images in memory: a few references, whatever the size of the images. */
export class VirtualStore implements ImageStore {
  readonly #catalog: Catalog;
  readonly #schedule: StoreSchedule;
  /** Names of the images that it owned at the start. */
  readonly #names: readonly string[];
  /** What has been received, by the name that it was saved under; made when the first one comes. */
  #received: Map<string, Content> | null = null;

  constructor(catalog: Catalog, names: readonly string[], schedule: StoreSchedule) {
    this.#catalog = catalog;
    this.#names = names;
    this.#schedule = schedule;
  }

  open(name: string, isComplete: boolean, opener: ImageOpener): void {
    this.#schedule.later(this, opener, this.#find(name, isComplete));
  }

  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    this.#received ??= new Map();
    for (let copy = 1; ; copy++) {
      const savedAs = receivedName(name, copy);
      const there = this.#received.get(savedAs);
      if (there !== undefined && there.sha256 !== body.sha256) continue;
      // Every body of this world is a content: nothing else comes out of its streams.
      this.#received.set(savedAs, body as Content);
      const wasThere = there !== undefined;
      return this.#schedule.laterKept(this, keeper, { savedAs, wasThere });
    }
  }

  discard(): void {}

  /** All that it holds, by name. */
  files(): ReadonlyMap<string, Content> {
    const files = new Map(this.#received);
    for (const name of this.#names) files.set(name, this.#catalog.get(name)!);
    return files;
  }

  #find(name: string, isComplete: boolean): Content | MissReason {
    const isPlain = this.#catalog.isPlain && isAscii(name);
    if (!isComplete && this.#hasLonger(name, isPlain)) return 'ambiguous';
    for (const own of this.#names) {
      if (own === name || (!isPlain && nameKey(own) === nameKey(name))) {
        return this.#catalog.get(own)!;
      }
    }
    // Looking among the received ones costs more than all else on the way of a request.
    if (this.#received === null || !name.startsWith(RECEIVED_PREFIX)) return 'not-found';
    return this.#received.get(name) ?? 'not-found';
  }

  #hasLonger(name: string, isPlain: boolean): boolean {
    for (const other of this.#names) if (isLonger(other, name, isPlain)) return true;
    // All received names begin alike.
    if (this.#received === null || name[0] !== RECEIVED_PREFIX[0]) return false;
    for (const other of this.#received.keys()) if (isLonger(other, name, isPlain)) return true;
    return false;
  }
}

/** Whether `other` is longer than `name` and begins with it, however the accents are spelt. */
function isLonger(other: string, name: string, isPlain: boolean): boolean {
  if (isPlain) {
    // This is asked of every name for every request, and nearly always the first letter decides.
    if (other.charCodeAt(0) !== name.charCodeAt(0) || other.length <= name.length) return false;
    return other.startsWith(name);
  }
  const whole = other.normalize('NFD');
  const beginning = name.normalize('NFD');
  return whole.length > beginning.length && whole.startsWith(beginning);
}
