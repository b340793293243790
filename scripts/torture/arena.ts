import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoodCaller } from './good-caller.ts';
import { HostileCaller } from './hostile-caller.ts';
import { PeerProcess } from './peer-process.ts';

/**
 * Limits of the peer that is tortured, where its own are too long for a run of a minute; all others are the
 * defaults. docs/limits.md names this list.
 */
const SHORTER = ['requestTimeout=1s', 'stall=1s', 'imageBytes=32MiB'];

/** A reader that takes nothing gets no more than a part of it. */
const LARGE_BYTES = 16 * 1_024 * 1_024;

/** What an attack works with: a folder, a peer that shares a part of it, and somebody who behaves well. */
export class Arena {
  readonly root: string;
  readonly images: string;
  readonly outside: string;
  /** Stands in files that nobody may see. */
  readonly secret: string;
  readonly peer: PeerProcess;
  readonly good: GoodCaller;
  readonly random: Random;
  /** The secret has been seen in something that arrived. */
  hasLeaked = false;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(place: Place, peer: PeerProcess, good: GoodCaller, seed: number) {
    this.root = place.root;
    this.images = place.images;
    this.outside = place.outside;
    this.secret = place.secret;
    this.#env = place.env;
    this.peer = peer;
    this.good = good;
    this.random = new Random(seed);
  }

  /** Makes the folders and starts the peer and the good caller. */
  static async open(seed: number): Promise<Arena> {
    const place = makePlace();
    try {
      const peer = await PeerProcess.start(argumentsFor(place.images), place.root, place.env);
      const good = new GoodCaller({ port: peer.port, images: goodImages(place.images) });
      return new Arena(place, peer, good, seed);
    } catch (error) {
      rmSync(place.root, { recursive: true, force: true });
      throw error;
    }
  }

  /** Another peer, on a folder of its own below the root. The caller stops it. */
  async anotherPeer(images: string, more: readonly string[] = []): Promise<PeerProcess> {
    return await PeerProcess.start([...argumentsFor(images), ...more], this.root, this.#env);
  }

  /** The environment of programs that are started here: they keep nothing outside the root. */
  get environment(): NodeJS.ProcessEnv {
    return this.#env;
  }

  /** Calls the peer as a machine of this number, from 1 to 60,000. */
  call(machine: number, isDeaf = false, port: number = this.peer.port): HostileCaller {
    const source = `127.66.${machine >>> 8}.${machine & 255}`;
    return new HostileCaller({ port, source, isDeaf, onBytes: (bytes) => this.look(bytes) });
  }

  /** Looks whether the secret is in something that arrived. */
  look(bytes: Uint8Array): void {
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(this.secret)) {
      this.hasLeaked = true;
    }
  }

  /** What lies outside the folder of images, in one line a file, to compare. */
  outsideState(): string {
    return listing(this.outside);
  }

  /** Names in the folder of images that are not hidden. */
  visibleImages(): string[] {
    return readdirSync(this.images).filter((name) => !name.startsWith('.'));
  }

  /** Ends everything and removes the folders. Returns the exit code of the peer. */
  async close(): Promise<number | null> {
    await this.good.stop();
    const code = await this.peer.stop();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
    return code;
  }
}

/** A generator of random numbers, repeatable by its seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `below - 1`. */
  below(below: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  /** So many random bytes. */
  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

interface Place {
  readonly root: string;
  readonly images: string;
  readonly outside: string;
  readonly secret: string;
  readonly env: NodeJS.ProcessEnv;
}

function makePlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'p2p-torture-'));
  const place = { root, images: join(root, 'images'), outside: join(root, 'outside') };
  for (const folder of ['images', 'outside', 'state']) mkdirSync(join(root, folder));
  const secret = `secret-${randomBytes(8).toString('hex')}`;
  writeFileSync(join(place.outside, 'secret.txt'), `root:x:0:0 ${secret}\n`.repeat(50));
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  writeFileSync(join(place.images, 'small.png'), Buffer.concat([png, randomBytes(20_000)]));
  writeFileSync(join(place.images, 'medium.png'), Buffer.concat([png, randomBytes(900_000)]));
  writeFileSync(join(place.images, 'large.png'), Buffer.concat([png, randomBytes(LARGE_BYTES)]));
  const env = { ...process.env, XDG_STATE_HOME: join(root, 'state'), HOME: root };
  return { ...place, secret, env };
}

function argumentsFor(images: string): string[] {
  const limits = SHORTER.flatMap((limit) => ['--limit', limit]);
  return ['--images', images, '--peer', '127.0.0.1:9', ...limits];
}

function goodImages(images: string): Record<string, string> {
  const names = ['small.png', 'medium.png'];
  return Object.fromEntries(names.map((name) => [name, sha256(join(images, name))]));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function listing(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const lines = names.map((name) => {
    const path = join(folder, name);
    const stats = statSync(path);
    return `${name} ${stats.isFile() ? sha256(path) : 'folder'} ${stats.mtimeMs}`;
  });
  return lines.join('\n');
}
