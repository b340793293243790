import {
  isAscii,
  nameKey,
  RECEIVED_PREFIX,
  receivedName,
  type BodyKeeper,
  type BodyProblem,
  type ImageOpener,
  type ImageStore,
  type KeptImage,
  type MissReason,
  type ReceivedBody,
} from '@imagemesh/peer';
import type { DiskRule } from '../scenario/scenario.ts';
import type { Content } from './content.ts';
import type { VirtualHost } from './virtual-host.ts';

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

/** What a store has to tell, a little later. */
export class StoreAnswer {
  readonly #to: ImageOpener | BodyKeeper;
  /** What was found or kept, or why not. */
  readonly what: Content | MissReason | KeptImage | BodyProblem;

  constructor(to: ImageOpener | BodyKeeper, what: StoreAnswer['what']) {
    this.#to = to;
    this.what = what;
  }

  /** Tells whoever asked to open an image. */
  tellOpened(): void {
    const opener = this.#to as ImageOpener;
    if (typeof this.what === 'string') opener.onNoImage(this.what as MissReason);
    else opener.onImage(this.what as Content);
  }

  /** Tells whoever asked to keep one. */
  tellKept(): void {
    const keeper = this.#to as BodyKeeper;
    if (typeof this.what === 'string') keeper.onKeepFailed(this.what as BodyProblem);
    else keeper.onKept(this.what as KeptImage);
  }
}

/** Brings about, `slowUs` later than usual, that a store's answer is told. */
export interface StoreSchedule {
  later(store: VirtualStore, answer: StoreAnswer, slowUs: number): void;
  laterKept(store: VirtualStore, answer: StoreAnswer, slowUs: number): void;
}

/** A peer's folder of images in memory: a few references, whatever the size of the images. */
export class VirtualStore implements ImageStore {
  /** Whose it is. A host that comes back with its files gets the store of the one before. */
  host!: VirtualHost;
  readonly #catalog: Catalog;
  readonly #schedule: StoreSchedule;
  /** Names of the images that it owned at the start. */
  readonly #names: readonly string[];
  /** Those of them that are other pictures than the catalog's, by name; null: none is. */
  readonly #others: ReadonlyMap<string, Content> | null;
  /** What has been received, by the name that it was saved under; made when the first one comes. */
  #received: Map<string, Content> | null = null;
  /** What is wrong with the disk; null: nothing ever was. */
  #rules: Set<DiskRule> | null = null;

  constructor(
    catalog: Catalog,
    names: readonly string[],
    schedule: StoreSchedule,
    others: ReadonlyMap<string, Content> | null = null,
  ) {
    this.#catalog = catalog;
    this.#names = names;
    this.#others = others;
    this.#schedule = schedule;
  }

  open(name: string, isComplete: boolean, opener: ImageOpener): void {
    const isUnreadable = this.#suffers((rule) => rule.isUnreadable);
    const found = this.#find(name, isComplete);
    // What is not there is not there on a disk that cannot be read either, as far as names can be listed.
    const what = isUnreadable && typeof found !== 'string' ? 'unreadable' : found;
    this.#schedule.later(this, new StoreAnswer(opener, what), this.#slowUs());
  }

  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    if (this.#suffers((rule) => rule.isFull)) {
      return this.#schedule.laterKept(this, new StoreAnswer(keeper, 'no-space'), this.#slowUs());
    }
    this.#received ??= new Map();
    for (let copy = 1; ; copy++) {
      const savedAs = receivedName(name, copy);
      const there = this.#received.get(savedAs);
      if (there !== undefined && there.sha256 !== body.sha256) continue;
      // Every body of this world is a content: nothing else comes out of its streams.
      this.#received.set(savedAs, body as Content);
      const kept = { savedAs, wasThere: there !== undefined };
      return this.#schedule.laterKept(this, new StoreAnswer(keeper, kept), this.#slowUs());
    }
  }

  /** Something goes wrong with the disk; the function that is returned heals it. */
  addRule(rule: DiskRule): () => void {
    // Its own object: the same rule may hold twice.
    const held = { ...rule };
    this.#rules ??= new Set();
    this.#rules.add(held);
    return () => this.#rules!.delete(held);
  }

  discard(): void {}

  /** All that it holds, by name. */
  files(): ReadonlyMap<string, Content> {
    const files = new Map(this.#received);
    for (const name of this.#names) files.set(name, this.#own(name));
    return files;
  }

  /** What it owned at the start under one of its names. */
  #own(name: string): Content {
    return this.#others?.get(name) ?? this.#catalog.get(name)!;
  }

  #suffers(is: (rule: DiskRule) => boolean): boolean {
    return this.#rules !== null && [...this.#rules].some(is);
  }

  #slowUs(): number {
    if (this.#rules === null) return 0;
    return [...this.#rules].reduce((sum, rule) => sum + rule.slowUs, 0);
  }

  #find(name: string, isComplete: boolean): Content | MissReason {
    const isPlain = this.#catalog.isPlain && isAscii(name);
    if (!isComplete && this.#hasLonger(name, isPlain)) return 'ambiguous';
    for (const own of this.#names) {
      if (own === name || (!isPlain && nameKey(own) === nameKey(name))) {
        return this.#own(own);
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
