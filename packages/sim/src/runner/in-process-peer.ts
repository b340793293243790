import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPeer,
  FileDigests,
  noMessages,
  type CreatePeerOptions,
  type RunningPeer,
} from '@imagemesh/peer';
import { countListener, DIAL_GATE } from './file-budget.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';
import { SpoiltStore } from './spoilt-store.ts';

/** How long its sockets may take to close, on a busy machine. */
const STOP_MS = 20_000;

/**
 * Starts the project's own peer in this process, on a free port of the loopback address; with these `limits` where it
 * is not to have those of a peer with a process of its own.
 */
export async function startInProcessPeer(
  options: LivePeerOptions,
  intercept?: CreatePeerOptions['intercept'],
  limits: CreatePeerOptions['limits'] = {},
): Promise<LivePeer> {
  const images = join(options.folder, 'images');
  const counts = noMessages();
  const digests = new FileDigests();
  const peer = await createPeer({
    images,
    host: options.host,
    port: options.port,
    announce: options.announce ?? true,
    limits: { ...limits, known: options.known },
    random32: options.random32,
    dialGate: DIAL_GATE,
    ...(intercept && { intercept }),
    ...(options.disk && { interceptStore: (folder) => new SpoiltStore(folder, options.disk!) }),
    onBug: (error) => options.events.onCrash(`had a bug: ${String(error)}`),
    observer: {
      onMessage: (type, isSent) => counts[isSent ? 'sent' : 'received'][type]++,
      onReached: (address) => options.events.onReached(address),
      onLost: (address) => options.events.onLost(address),
    },
  });
  countListener(1);
  let ended: Promise<void> | null = null;
  const end = (withinMs?: number): Promise<void> =>
    (ended ??= endPeer(peer, withinMs, options.events).finally(() => countListener(-1)));
  return {
    address: peer.address,
    start: (starts) => peer.start(starts),
    request: (name) => request(peer, images, name, digests),
    counts: () => Promise.resolve(counts),
    rssBytes: () => 0,
    stop: end,
    kill: () => end(),
    // The runner refuses such faults: they would stop the lab.
    pause: () => {},
    resume: () => {},
  };
}

/** A peer whose sockets do not close must not keep the lab from ending. */
async function endPeer(
  peer: RunningPeer,
  withinMs = 0,
  events: LivePeerOptions['events'],
): Promise<void> {
  const late = sleep(withinMs + STOP_MS, 'late', { ref: false });
  const how = await Promise.race([peer.stop(withinMs), late]);
  if (how === 'late') events.onLeft('sockets that did not close');
}

async function request(
  peer: RunningPeer,
  images: string,
  name: string,
  digests: FileDigests,
): Promise<LiveAnswer> {
  const { outcome, image, attempts, isJoined } = await peer.fetch(name).result;
  const arrivedMs = performance.now();
  const answer = { outcome, arrivedMs, attempts, isJoined };
  if (image === null) return { ...answer, from: 0, sizeBytes: 0, sha256: '' };
  // Taken from the disk, not believed: what counts is what a user finds there.
  const sha256 = (await digests.of(join(images, image.savedAs))) ?? '';
  return { ...answer, from: image.from, sizeBytes: image.sizeBytes, sha256 };
}
