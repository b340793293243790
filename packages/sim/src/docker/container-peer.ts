import { basename, dirname } from 'node:path';
import { isTemporaryName, type Address, type MessageCounts } from '@imagemesh/peer';
import { readyOrError } from '../runner/child.ts';
import { ControlDialog } from '../runner/control-dialog.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from '../runner/live-peer.ts';
import { probe } from '../runner/probe.ts';
import { IMAGES_PATH } from './container-files.ts';
import type { Container } from './container.ts';

const READY_MS = 30_000;

/** How long it may take to end in order. */
const STOP_MS = 20_000;

/** A peer of ours in a container that has been made and does not run. */
export interface ContainerLife {
  readonly container: Container;
  /** Files that it was writing when it was killed, in lives before. */
  readonly excused: Set<string>;
  /** What its peer says of the files that it has saved: their SHA-256, by their names. */
  readonly told: Map<string, string>;
}

/** Starts the container, and resolves when its peer answers a greeting. Rejects with a `RunError` when it does not. */
export async function startContainerPeer(
  name: string,
  life: ContainerLife,
  options: LivePeerOptions,
): Promise<LivePeer> {
  const peer = new ContainerPeer(life, options);
  const giveUp = new AbortController();
  try {
    await peer.begin();
    const answering = peer.dialog.listening.then(async (address) => {
      peer.address = address;
      await probe(address, giveUp.signal);
    });
    await readyOrError(name, life.container, answering, READY_MS, options.signal);
  } catch (error) {
    await peer.kill();
    throw error;
  } finally {
    giveUp.abort();
  }
  return peer;
}

class ContainerPeer implements LivePeer {
  readonly dialog: ControlDialog;
  address: Address = 0;
  readonly #life: ContainerLife;
  readonly #options: LivePeerOptions;

  constructor(life: ContainerLife, options: LivePeerOptions) {
    this.#life = life;
    this.#options = options;
    this.dialog = new ControlDialog(options.events, (line) => life.container.tell(line));
  }

  async begin(): Promise<void> {
    const { container } = this.#life;
    const { events } = this.#options;
    await container.start({
      onLine: (line) => this.dialog.read(line),
      onCrash: (how) => events.onCrash(how),
      onOutput: events.onOutput,
    });
    void container.ended.then((how) => this.dialog.end(how));
  }

  start(starts: readonly Address[]): void {
    this.dialog.start(starts);
  }

  async request(name: string): Promise<LiveAnswer> {
    return await this.dialog.request(name, async (savedAs) => {
      const sha256 = await this.dialog.hash(savedAs);
      this.#life.told.set(savedAs, sha256);
      return sha256;
    });
  }

  async counts(): Promise<MessageCounts | null> {
    return await this.dialog.counts();
  }

  rssBytes(): number {
    return this.dialog.rssBytes;
  }

  async stop(): Promise<void> {
    const isForced = await this.#life.container.stop(STOP_MS);
    if (isForced) this.#options.events.onLeft('a container that did not end');
    const { length } = (await this.#temporaryFiles()).filter((one) => !this.#life.excused.has(one));
    if (length > 0) {
      this.#options.events.onLeft(`${length} temporary ${length === 1 ? 'file' : 'files'}`);
    }
    await this.#checkTold();
  }

  /**
   * To copy each file out of a container when it is saved takes longer than to send it. So the peer itself takes the
   * hash then, and the lab takes all again from one copy at the end.
   */
  async #checkTold(): Promise<void> {
    const { container, told } = this.#life;
    if (told.size === 0) return;
    const hashes = await container.hashFolder(IMAGES_PATH);
    const { onLeft } = this.#options.events;
    if (hashes === null) return onLeft('files that the engine does not hand over');
    for (const [name, sha256] of told) {
      if (hashes.get(name) !== sha256) onLeft(`${name}, which is not what it has said of it`);
    }
  }

  async kill(): Promise<void> {
    await this.#life.container.kill();
    for (const name of await this.#temporaryFiles()) this.#life.excused.add(name);
  }

  pause(): void {
    this.#life.container.pause();
  }

  resume(): void {
    this.#life.container.resume();
  }

  async #temporaryFiles(): Promise<string[]> {
    const paths = await this.#life.container.changedPaths();
    return paths
      .filter((path) => dirname(path) === IMAGES_PATH)
      .map((path) => basename(path))
      .filter(isTemporaryName);
  }
}
