import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileDigests, formatAddress, type MessageCounts } from '@imagemesh/peer';
import { Child, readyOrError } from './child.ts';
import { ControlDialog } from './control-dialog.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';

const READY_MS = 30_000;

/** How long it may take to end in order: hundreds of processes that end at once wait for one another. */
const STOP_MS = 20_000;

/** Starts the project's own peer as a process, on a free port of the loopback address. */
export async function startOwnProcessPeer(
  name: string,
  options: LivePeerOptions,
): Promise<LivePeer> {
  const peer = new OwnProcessPeer(options);
  try {
    const { child, dialog } = peer;
    peer.address = await readyOrError(name, child, dialog.listening, READY_MS, options.signal);
  } catch (error) {
    await peer.stop();
    throw error;
  }
  return peer;
}

class OwnProcessPeer implements LivePeer {
  readonly child: Child;
  readonly dialog: ControlDialog;
  readonly #digests = new FileDigests();
  address = 0;
  readonly #options: LivePeerOptions;
  readonly #images: string;

  constructor(options: LivePeerOptions) {
    this.#options = options;
    this.#images = join(options.folder, 'images');
    this.dialog = new ControlDialog(options.events, (line) => this.child.tell(line));
    const program = fileURLToPath(import.meta.resolve('@imagemesh/peer/p2p'));
    const command = [process.execPath, program, ...controlArguments(options, this.#images)];
    this.child = new Child(command, options.folder, {
      onLine: (line) => this.dialog.read(line),
      onCrash: (how) => options.events.onCrash(how),
      onOutput: options.events.onOutput,
    });
    void this.child.ended.then((how) => this.dialog.end(how));
  }

  start(starts: readonly number[]): void {
    this.dialog.start(starts);
  }

  async request(name: string): Promise<LiveAnswer> {
    const hashSaved = async (savedAs: string): Promise<string> =>
      (await this.#digests.of(join(this.#images, savedAs))) ?? '';
    return await this.dialog.request(name, hashSaved);
  }

  async counts(): Promise<MessageCounts | null> {
    return await this.dialog.counts();
  }

  rssBytes(): number {
    return this.dialog.rssBytes;
  }

  async stop(): Promise<void> {
    // One that stands still would not hear it.
    this.resume();
    const isForced = await this.child.stop('SIGTERM', STOP_MS);
    if (isForced) this.#options.events.onLeft('a process that did not end');
  }

  async kill(): Promise<void> {
    await this.child.stop('SIGKILL');
  }

  pause(): void {
    this.child.signal('SIGSTOP');
  }

  resume(): void {
    this.child.signal('SIGCONT');
  }
}

/** What `p2p` is told on its command line to be run by the lab, with its images in a folder. */
export function controlArguments(options: LivePeerOptions, images: string): string[] {
  return [
    String(options.port),
    '--control',
    `--host=${options.host}`,
    ...(options.announce === null ? [] : [`--announce=${formatAddress(options.announce)}`]),
    `--images=${images}`,
    `--known=${options.known}`,
  ];
}
