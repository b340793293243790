import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MisbehavingPeer } from '../behavior/misbehaving-peer.ts';
import { behaviorOf } from '../behavior/registry.ts';
import { DeafCalls } from './deaf-calls.ts';
import { startInProcessPeer } from './in-process-peer.ts';
import type { LivePeer, LivePeerOptions } from './live-peer.ts';

/**
 * Starts a misbehaving peer in this process, whatever the peers of ours are made of. It asks for nothing
 * by itself, and what it knows and counts is not told. `names` are those of all images of the scenario.
 */
export async function startMisbehavingPeer(
  behavior: string,
  names: readonly string[],
  options: LivePeerOptions,
): Promise<LivePeer> {
  const folder = new ReadFolder(join(options.folder, 'images'));
  const deaf = new DeafCalls();
  let misbehaving: MisbehavingPeer | null = null;
  const events = { ...options.events, onReached: () => {}, onLost: () => {}, onLeft: () => {} };
  const live = await startInProcessPeer({ ...options, events }, (peer) => {
    misbehaving = new MisbehavingPeer(peer, behaviorOf(behavior), {
      names,
      readImage: (name) => folder.read(name),
      askDeaf: (address, request, onClosed) => deaf.ask(address, request, onClosed),
    });
    return misbehaving;
  });
  return {
    ...live,
    start(starts) {
      live.start(starts);
      misbehaving!.start(live.address);
    },
    request: () => Promise.reject(new Error('a misbehaving peer does not ask')),
    counts: () => Promise.resolve(null),
    async stop(withinMs) {
      await live.stop(withinMs);
      deaf.close();
    },
    async kill() {
      await live.kill();
      deaf.close();
    },
  };
}

/** The images of a folder as bytes; each is read once, since a behaviour waits for nothing. */
class ReadFolder {
  readonly #path: string;
  readonly #read = new Map<string, Uint8Array>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Null for a name that the folder does not have. The name has been checked: it is no path. */
  read(name: string): Uint8Array | null {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const path = join(this.#path, name);
    // What is not there is not remembered: there is no end of names.
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return null;
    const bytes = readFileSync(path);
    this.#read.set(name, bytes);
    return bytes;
  }
}
