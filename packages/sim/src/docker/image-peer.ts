import type { Address } from '@imagemesh/peer';
import { readyOrError } from '../runner/child.ts';
import { FOREIGN_READY_MS } from '../runner/foreign-peer.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from '../runner/live-peer.ts';
import { probe } from '../runner/probe.ts';
import { PromptDialog } from '../runner/prompt-dialog.ts';
import { IMAGES_PATH } from './container-files.ts';
import type { Container } from './container.ts';

/** Starts the container of somebody else's peer, and resolves when it answers a greeting at its address. */
export async function startImagePeer(
  name: string,
  container: Container,
  address: Address,
  options: LivePeerOptions,
): Promise<LivePeer> {
  const peer = new ImagePeer(container, address);
  const giveUp = new AbortController();
  try {
    await peer.begin(options);
    const answering = probe(address, giveUp.signal);
    await readyOrError(name, container, answering, FOREIGN_READY_MS, options.signal);
  } catch (error) {
    await peer.kill();
    throw error;
  } finally {
    giveUp.abort();
  }
  return peer;
}

class ImagePeer implements LivePeer {
  readonly address: Address;
  readonly #container: Container;
  readonly #dialog: PromptDialog;

  constructor(container: Container, address: Address) {
    this.address = address;
    this.#container = container;
    this.#dialog = new PromptDialog((line) => container.tell(line));
  }

  async begin({ events }: LivePeerOptions): Promise<void> {
    await this.#container.start({
      onLine: (line) => this.#dialog.read(line),
      onCrash: (how) => events.onCrash(how),
      onOutput: events.onOutput,
    });
    void this.#container.ended.then((how) => this.#dialog.end(how));
  }

  /** It has been told at its start whom it knows. */
  start(): void {}

  async request(name: string): Promise<LiveAnswer> {
    const find = (savedAs: string) => this.#container.readFile(`${IMAGES_PATH}/${savedAs}`);
    return await this.#dialog.request(name, find);
  }

  counts(): Promise<null> {
    return Promise.resolve(null);
  }

  rssBytes(): number {
    return 0;
  }

  // Such a program need not know how to end.
  async stop(): Promise<void> {
    await this.#container.kill();
  }

  kill(): Promise<void> {
    return this.stop();
  }

  pause(): void {
    this.#container.pause();
  }

  resume(): void {
    this.#container.resume();
  }
}
