import type { Attempt } from '../core/asking.ts';
import type { FetchedImage, FetchResult } from '../core/fetching.ts';
import type { PeerLimits } from '../core/options.ts';
import { checkName } from '../check-name.ts';
import { createPeer } from '../create-peer.ts';
import type { RunningPeer } from '../running-peer.ts';
import { tidyOnce } from '../operation/folder-lock.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { displaySafe } from '../protocol/display.ts';
import { resolveAddress, startingAddresses } from './arguments.ts';
import { asciiJson } from './ascii-json.ts';
import { DiscoveryWatch, untilInterrupted } from './discovery-watch.ts';
import { ensureFolder } from './folder.ts';
import { QUIET_MS } from './peers.ts';
import { watchTransfer } from './progress.ts';
import { StatusLine } from './screen.ts';
import { shownFolder } from './session.ts';
import { describeResult } from './wording.ts';

/** Options of `p2p get`. */
export interface GetOptions {
  /** `HOST:PORT` of the only peer to ask; without it, whoever is found from `peers` on. */
  readonly from?: string;
  readonly peers: readonly string[];
  readonly images: string;
  readonly limits: PeerLimits;
  readonly anyType: boolean;
  readonly quiet: boolean;
  readonly json?: boolean;
  /** How long to look for peers at most. */
  readonly withinMs: number;
}

/** What `p2p get --json` prints; docs/peer.md describes it. */
export interface GetReport {
  readonly version: 1;
  readonly command: 'get';
  readonly name: string;
  readonly outcome: FetchResult['outcome'];
  readonly image: {
    readonly path: string;
    readonly from: string;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly completeness: FetchedImage['completeness'];
    readonly assurance: FetchedImage['assurance'];
    readonly agreedBy: number;
    readonly wasThere: boolean;
  } | null;
  readonly attempts: readonly {
    readonly address: string;
    readonly outcome: Attempt['outcome'];
    readonly reason: string;
  }[];
  readonly elapsedUs: number;
  readonly transferUs: number;
}

const FAREWELL_MS = 2_000;

/** Nobody new for so long is reason enough to ask those that are there. */
const FIRST_QUIET_MS = 300;

/** Fetches one image and saves it. Returns the exit code. */
export async function get(name: string, options: GetOptions): Promise<number> {
  checkName(name);
  const from = options.from === undefined ? null : await resolveAddress(options.from);
  const starts = from === null ? await startingAddresses(options.peers) : [];
  await ensureFolder(options.images);
  const signal = untilInterrupted();
  const watch = new DiscoveryWatch();
  const { images, limits } = options;
  const peer = await createPeer({
    images,
    port: null,
    limits,
    observer: watch.observer,
    tidy: false,
  });
  await tidyOnce(peer.folder);
  const search = new Search(name, peer, options, signal);
  const result = from === null ? await search.everywhere(starts, watch) : await search.ask(from);
  // A plain peer that is still sending would die if we left now.
  await peer.stop(result.outcome === 'cancelled' ? FAREWELL_MS : 0);
  tell(result, options);
  if (result.outcome === 'cancelled') return 130;
  return result.image === null ? 1 : 0;
}

/** The search for one image. */
class Search {
  readonly #name: string;
  readonly #peer: RunningPeer;
  readonly #options: GetOptions;
  readonly #signal: AbortSignal;
  readonly #line: StatusLine;

  constructor(name: string, peer: RunningPeer, options: GetOptions, signal: AbortSignal) {
    this.#name = name;
    this.#peer = peer;
    this.#options = options;
    this.#signal = signal;
    this.#line = new StatusLine(!options.quiet && options.json !== true);
  }

  /** Asks one peer; without one, all that are known. */
  async ask(from?: Address): Promise<FetchResult> {
    const fetch = this.#peer.fetch(this.#name, from, this.#options);
    this.#signal.addEventListener('abort', fetch.cancel);
    if (this.#signal.aborted) fetch.cancel();
    const unwatch = watchTransfer(
      this.#name,
      fetch.bytesReceived,
      () => this.#line.columns,
      (text) => this.#line.draw(text),
    );
    try {
      return await fetch.result;
    } finally {
      unwatch();
      this.#line.clear();
      this.#signal.removeEventListener('abort', fetch.cancel);
    }
  }

  /** Asks those that answer first, and when they do not have it, those that are found later. */
  async everywhere(starts: readonly Address[], watch: DiscoveryWatch): Promise<FetchResult> {
    const startMs = performance.now();
    const left = (): number => this.#options.withinMs - (performance.now() - startMs);
    this.#peer.start(starts);
    await Promise.race([watch.greeted, watch.quiet(FIRST_QUIET_MS, left(), this.#signal)]);
    const result = await this.ask();
    if (!isUnanswered(result)) return result;
    await watch.quiet(QUIET_MS, left(), this.#signal);
    if (this.#signal.aborted) return { ...result, outcome: 'cancelled' };
    return await this.#askOthers(result);
  }

  async #askOthers(before: FetchResult): Promise<FetchResult> {
    let result = before;
    const asked = new Set(before.attempts.map(({ address }) => address));
    for (const address of this.#peer.known()) {
      if (asked.has(address)) continue;
      result = joined(result, await this.ask(address));
      if (!isUnanswered(result)) break;
    }
    return result;
  }
}

/** Whether somebody else may still have it. */
function isUnanswered({ outcome }: FetchResult): boolean {
  return outcome === 'not-found' || outcome === 'no-peers' || outcome === 'failed';
}

/** Two searches one after the other as one. */
function joined(before: FetchResult, after: FetchResult): FetchResult {
  const attempts = [...before.attempts, ...after.attempts];
  const elapsedUs = before.elapsedUs + after.elapsedUs;
  // One that failed, and so may have it, counts more than one that does not have it.
  const isFailure = before.outcome === 'failed' && after.outcome === 'not-found';
  return { ...after, attempts, elapsedUs, outcome: isFailure ? 'failed' : after.outcome };
}

function tell(result: FetchResult, options: GetOptions): void {
  const folder = shownFolder(options.images);
  if (options.json) return console.log(asciiJson(reportOf(result, options.images)));
  if (result.image === null) return console.error(`p2p: ${describeResult(result, folder)}`);
  // For a script the path must be the one that is there; a person gets it made safe.
  const path = `${options.images}/${result.image.savedAs}`;
  const shown = process.stdout.isTTY ? displaySafe(path, 1_000) : path;
  console.log(options.quiet ? shown : describeResult(result, folder));
}

function reportOf(result: FetchResult, folder: string): GetReport {
  const { name, outcome, image, attempts, elapsedUs, transferUs } = result;
  return {
    version: 1,
    command: 'get',
    name,
    outcome,
    image: image && {
      path: `${folder}/${image.savedAs}`,
      from: formatAddress(image.from),
      sizeBytes: image.sizeBytes,
      sha256: image.sha256,
      completeness: image.completeness,
      assurance: image.assurance,
      agreedBy: image.agreedBy,
      wasThere: image.wasThere,
    },
    attempts: attempts.map(({ address, ...rest }) => ({
      address: formatAddress(address),
      ...rest,
    })),
    elapsedUs,
    transferUs,
  };
}
