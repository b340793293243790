import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerLimits } from '../core/options.ts';
import { createPeer } from '../create-peer.ts';
import { PeerError } from '../peer-error.ts';
import { displaySafe } from '../protocol/display.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { startingAddresses } from './arguments.ts';
import { asciiJson } from './ascii-json.ts';
import { DiscoveryWatch, untilInterrupted } from './discovery-watch.ts';
import { formatPeers, formatTime, listAddresses } from './wording.ts';

/** Options of `p2p peers`. */
export interface PeersOptions {
  readonly peers: readonly string[];
  readonly limits: PeerLimits;
  readonly quiet: boolean;
  readonly json?: boolean;
  /** How long to look at most. */
  readonly withinMs: number;
}

/** What `p2p peers --json` prints; docs/peer.md describes it. */
export interface PeersReport {
  readonly version: 1;
  readonly command: 'peers';
  /** `HOST:PORT` of those that were greeted first. */
  readonly tried: readonly string[];
  /** `HOST:PORT` of those that answered. */
  readonly peers: readonly string[];
  /** Whether nobody new had answered for a while when it ended. */
  readonly settled: boolean;
  readonly elapsedMs: number;
}

/**
 * Nobody new for so long, and all are found: a peer that is new to us is greeted again after a quarter and
 * three quarters of a second, to hear whom it has learned of meanwhile.
 */
export const QUIET_MS = 1_000;

/** Greets peers and those that they know, and prints who answered. Returns the exit code. */
export async function peers(options: PeersOptions): Promise<number> {
  const starts = await startingAddresses(options.peers);
  const signal = untilInterrupted();
  const startMs = performance.now();
  const { found, settled } = await look(starts, options, signal);
  const elapsedMs = Math.round(performance.now() - startMs);
  if (signal.aborted) return 130;
  const [tried, answered] = [starts.map(formatAddress), found.map(formatAddress)];
  if (options.json) {
    const report: PeersReport = { ...HEAD, tried, peers: answered, settled, elapsedMs };
    console.log(asciiJson(report));
  } else if (answered.length > 0) {
    console.log(answered.join('\n'));
    // For people; the lines above are what a script wants.
    if (!options.quiet) console.error(summary(answered.length, settled, elapsedMs));
  } else {
    const what = `No peer has answered (tried ${listAddresses(starts)})`;
    console.error(`p2p: ${what}; start one there, or name another with --peer HOST:PORT.`);
  }
  return answered.length > 0 ? 0 : 1;
}

const HEAD = { version: 1, command: 'peers' } as const;

function summary(count: number, settled: boolean, elapsedMs: number): string {
  const isCut = settled ? '' : '; there may be more, --within gives them more time';
  return `${formatPeers(count)} answered within ${formatTime(elapsedMs * 1_000)}${isCut}.`;
}

async function look(
  starts: readonly Address[],
  { limits, withinMs }: PeersOptions,
  signal: AbortSignal,
): Promise<{ found: Address[]; settled: boolean }> {
  const watch = new DiscoveryWatch();
  // It shares nothing and does not listen, so its folder is one that nobody else has.
  const folder = await temporaryFolder();
  try {
    const { observer } = watch;
    const peer = await createPeer({ images: folder, port: null, limits, observer });
    peer.start(starts);
    const settled = await watch.quiet(QUIET_MS, withinMs, signal);
    const found = peer.known().toSorted((a, b) => a - b);
    await peer.stop();
    return { found, settled };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function temporaryFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'p2p-peers-'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const where = displaySafe(tmpdir());
    const message = `No temporary folder can be made in ${where} (${code}); name another with the variable TMPDIR.`;
    throw new PeerError('PEER_FOLDER_UNREADABLE', message, { cause: error });
  }
}
