import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DEFAULT_LIMITS,
  Peer,
  portOf,
  Session,
  type AttemptOutcome,
  type CloseCause,
  type FetchResult,
  type PeerLimits,
} from '@imagemesh/peer';
import { MisbehavingPeer } from '../../src/behavior/misbehaving-peer.ts';
import { behaviorOf } from '../../src/behavior/registry.ts';
import type { Network } from '../../src/scenario/scenario.ts';
import { Content } from '../../src/virtual/content.ts';
import { VirtualBehaviorWorld } from '../../src/virtual/virtual-behavior-world.ts';
import type { VirtualConnection } from '../../src/virtual/virtual-connection.ts';
import type { VirtualHost } from '../../src/virtual/virtual-host.ts';
import { World } from '../../src/virtual/world.ts';

export const SECOND = 1_000_000;

const IMAGES = join(import.meta.dirname, '../../../../images');
const NAMES = ['tiles.png', 'quilt.png', 'starfield.png'];

/** Three whole pictures, of 5 KB, 27 KB and 2 MB. */
export const CONTENTS: ReadonlyMap<string, Content> = new Map(
  NAMES.map((name) => [name, Content.of(readFileSync(join(IMAGES, name)))]),
);

/** Asks whoever the draw says: learns nothing of others, and waits for each as long as it may take. */
const FORGETFUL: PeerLimits = { ...DEFAULT_LIMITS, rememberUs: 0, retryUs: 0, lateUs: Infinity };

/** A fetch that may not have ended yet. */
export interface Fetching {
  result: FetchResult | null;
}

/**
 * The virtual world with an asker that owns nothing, two owners of all images, and one peer that
 * misbehaves and owns them too. All know all from the start.
 */
export class Mesh {
  readonly world: World;
  readonly asker: Peer;
  readonly owners: readonly Peer[];
  readonly bad: MisbehavingPeer;
  readonly badHost: VirtualHost;
  readonly hosts: readonly VirtualHost[];
  /** All that the asker was told of whom it reached: addresses. */
  readonly reached: number[] = [];

  constructor(
    behavior: string,
    options: { readonly owners?: number; readonly segments?: Network['segments'] } = {},
  ) {
    const { owners = 2, segments = 'natural' } = options;
    this.world = new World(
      1,
      {
        latencyUs: 1_000,
        jitterUs: 0,
        bandwidthBytesPerSecond: 0,
        loss: 0,
        segments,
      },
      true,
    );
    for (const [name, content] of CONTENTS) this.world.catalog.add(name, content);
    const owned = [[], ...Array.from({ length: owners }, () => NAMES), NAMES];
    this.hosts = owned.map((names) => this.world.addHost(names));
    this.badHost = this.hosts.at(-1)!;
    const [asker, ...others] = this.hosts.map(
      (host, i) =>
        new Peer(host, i === 0 ? FORGETFUL : DEFAULT_LIMITS, {
          onReached: (address) => {
            if (i === 0) this.reached.push(address);
          },
        }),
    );
    this.asker = asker!;
    const world = new VirtualBehaviorWorld(this.badHost, NAMES);
    this.bad = new MisbehavingPeer(others.pop()!, behaviorOf(behavior), world);
    this.owners = others;
    for (const [i, peer] of this.all.entries()) this.hosts[i]!.handler = peer;
    this.badHost.handler = this.bad;
    this.#start();
  }

  /** All peers, the one that misbehaves as what it is made of. */
  get all(): readonly Peer[] {
    return [this.asker, ...this.owners, this.bad.peer];
  }

  /** Those of ours. */
  get ours(): readonly Peer[] {
    return [this.asker, ...this.owners];
  }

  /** Lets time pass. */
  pass(us: number): void {
    const untilUs = this.world.nowUs + us;
    this.world.at(untilUs, () => {});
    while (this.world.nowUs < untilUs) this.world.step();
  }

  /** Makes a peer ask. */
  fetch(name: string, by: Peer = this.asker): Fetching {
    const fetching: Fetching = { result: null };
    by.fetch(name, null, (result) => (fetching.result = result));
    return fetching;
  }

  /** Adds a peer of ours that owns nothing and knows one other. */
  addPeer(knows: Peer): Peer {
    const host = this.world.addHost([]);
    const peer = new Peer(host, DEFAULT_LIMITS);
    host.handler = peer;
    peer.start({ starts: [(knows.host as VirtualHost).address], announcePort: 0 });
    this.pass(SECOND / 10);
    return peer;
  }

  /** Adds a caller that connects to the one that misbehaves, says something, and listens. */
  call(message: string, { ends = true }: { readonly ends?: boolean } = {}): Listener {
    const listener = new Listener(message, ends);
    const host = this.world.addHost([]);
    host.handler = new Peer(host, DEFAULT_LIMITS);
    listener.connection = this.world.calls.dial(host, this.badHost.address, listener);
    return listener;
  }

  /** Makes the asker ask for every image so often, one after another, for an hour at most. */
  fetchAll(times: number): FetchResult[] {
    const results: FetchResult[] = [];
    const latestUs = this.world.nowUs + 3_600 * SECOND;
    for (let i = 0; i < times * NAMES.length; i++) {
      const fetching = this.fetch(NAMES[i % NAMES.length]!);
      while (fetching.result === null) {
        if (this.world.nowUs > latestUs) throw new Error('a fetch has not ended within an hour');
        this.pass(SECOND / 10);
      }
      results.push(fetching.result);
    }
    return results;
  }

  /** How the attempts at the peer that misbehaves came out, each once. */
  outcomesOfBad(results: readonly FetchResult[]): Set<AttemptOutcome> {
    return new Set(
      results
        .flatMap(({ attempts }) => attempts)
        .filter(({ address }) => address === this.badHost.address)
        .map(({ outcome }) => outcome),
    );
  }

  #start(): void {
    for (const [i, peer] of this.all.entries()) {
      const starts = this.hosts.filter((_, other) => other !== i).map(({ address }) => address);
      peer.start({ starts, announcePort: portOf(this.hosts[i]!.address) });
    }
    this.bad.start(this.badHost.address);
    this.pass(SECOND);
  }
}

/** Hears all that comes. */
export class Listener extends Session {
  connection!: VirtualConnection;
  cause: CloseCause | null = null;
  hasEnded = false;
  readonly #message: string;
  readonly #ends: boolean;
  readonly #pieces: Uint8Array[] = [];

  constructor(message: string, ends: boolean) {
    super();
    this.#message = message;
    this.#ends = ends;
  }

  /** All that has come. */
  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** The same, in Latin-1. */
  get text(): string {
    return this.bytes.toString('latin1');
  }

  override onOpen(): void {
    this.connection.write(new TextEncoder().encode(this.#message));
    if (this.#ends) this.connection.end();
  }

  override onData(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  override onEnd(): void {
    this.hasEnded = true;
    if (!this.#ends) this.connection.end();
  }

  override onDeadline(): void {}

  override onClose(cause: CloseCause): void {
    this.cause = cause;
  }
}

/** Whether a fetch brought the bytes that belong to the name. */
export function isRight({ name, outcome, image }: FetchResult): boolean {
  return outcome === 'found' && image!.sha256 === CONTENTS.get(name)!.sha256;
}
