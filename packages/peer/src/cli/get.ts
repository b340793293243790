import { displaySafe } from '../protocol/display.ts';
import { checkName, createPeer } from '../create-peer.ts';
import { ensureFolder } from './folder.ts';
import { resolveAddress } from './arguments.ts';
import { describeResult } from './wording.ts';

/** Options of `p2p get`. */
export interface GetOptions {
  readonly from: string;
  readonly images: string;
  readonly quiet: boolean;
}

const FAREWELL_MS = 2_000;

/** Asks one peer for one image and saves it. Returns the exit code. */
export async function get(name: string, options: GetOptions): Promise<number> {
  checkName(name);
  const from = await resolveAddress(options.from);
  await ensureFolder(options.images);
  const peer = await createPeer({ images: options.images, port: null });
  const fetch = peer.fetch(name, from);
  process.once('SIGINT', fetch.cancel);
  process.once('SIGTERM', fetch.cancel);
  const result = await fetch.result;
  // A plain peer that is still sending would die if we left now.
  await peer.stop(result.outcome === 'cancelled' ? FAREWELL_MS : 0);
  if (result.image === null) {
    console.error(`p2p: ${describeResult(result, displaySafe(options.images))}`);
    return result.outcome === 'cancelled' ? 130 : 1;
  }
  // For a script the path must be the one that is there; a person gets it made safe.
  const path = `${options.images}/${result.image.savedAs}`;
  const shown = process.stdout.isTTY ? displaySafe(path, 1_000) : path;
  console.log(options.quiet ? shown : describeResult(result, displaySafe(options.images)));
  return 0;
}
