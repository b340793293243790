/**
 * How the threads of a peer share what is bounded in all. Each gets an equal part, so that the sum is never more
 * than the bound: the system spreads connections evenly over threads, but not exactly, so that one that comes when
 * nearly all places are taken may be turned away a little early.
 */
import type { PeerLimits } from '../core/options.ts';
import { DEFAULT_FOLDER_OPTIONS, type FolderOptions } from '../storage/image-folder.ts';

/** Big buffers for sending, in all threads, of 1 MiB each. */
const BIG_BUFFERS = 16;

/** The limits of one of `threads` threads. */
export function limitsOfThread(limits: PeerLimits, threads: number): PeerLimits {
  return {
    ...limits,
    connections: part(limits.connections, threads),
    connectionsPerIp: part(limits.connectionsPerIp, threads),
    repliesPerIp: part(limits.repliesPerIp, threads),
  };
}

/** How one of `threads` threads reads the folder. */
export function folderOfThread(threads: number): FolderOptions {
  const { cacheBytes, loadedBytes } = DEFAULT_FOLDER_OPTIONS;
  return {
    ...DEFAULT_FOLDER_OPTIONS,
    cacheBytes: part(cacheBytes, threads),
    loadedBytes: part(loadedBytes, threads),
  };
}

/** Big buffers of one of `threads` threads. */
export function buffersOfThread(threads: number): number {
  return part(BIG_BUFFERS, threads);
}

/** Rounded down, so that all together are never more than `whole`; but no thread is left with nothing. */
function part(whole: number, threads: number): number {
  return Math.max(1, Math.floor(whole / threads));
}
