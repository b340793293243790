/**
 * The peer run by a program instead of a person: commands come as lines of JSON on standard input,
 * events go as lines of JSON to standard output. The end of the input stops the peer, so that none
 * outlives whoever started it.
 */
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { createPeer } from '../create-peer.ts';
import type { RunningPeer } from '../running-peer.ts';
import type { FetchResult } from '../core/fetching.ts';
import {
  noMessages,
  type ControlCommand,
  type ControlEvent,
  type ControlResult,
  type MessageCounts,
} from '../control-messages.ts';
import { PeerError } from '../peer-error.ts';
import { FileDigests } from '../storage/file-digest.ts';
import { asciiJson } from './ascii-json.ts';
import type { Configuration } from './configuration/load.ts';
import { formatAddress, parseAddress, type Address } from '../protocol/address.ts';

const digests = new FileDigests();

/** Runs a peer until its input ends or it is told to stop. Returns the exit code. */
export async function control({ settings, limits }: Configuration): Promise<number> {
  const counts = noMessages();
  const peer = await createPeer({
    images: settings.images,
    host: settings.host,
    port: settings.port,
    announce: settings.announce,
    limits,
    threads: settings.threads,
    onBug: (error) => tell({ event: 'bug', message: String((error as Error).stack ?? error) }),
    observer: {
      onMessage: (type, isSent) => counts[isSent ? 'sent' : 'received'][type]++,
      onReached: (address) => tell({ event: 'reached', address: formatAddress(address) }),
      onLost: (address) => tell({ event: 'lost', address: formatAddress(address) }),
    },
  });
  // A terminal's Ctrl-C reaches us too; whoever holds our input decides when we end.
  process.on('SIGINT', () => {});
  const input = readline.createInterface({ input: process.stdin });
  // In order, so that no temporary file of a transfer is left.
  process.on('SIGTERM', () => input.close());
  // Whoever holds our input starts many: those after the first need not compile what these have.
  flushCompileCache();
  tell({ event: 'listening', address: formatAddress(peer.address) });
  for await (const line of input) {
    const command = JSON.parse(line) as ControlCommand;
    if (command.do === 'stop') break;
    if (command.do === 'hash') void hash(join(settings.images, command.savedAs), command.id);
    else obey(peer, counts, command);
  }
  await peer.stop();
  return 0;
}

function obey(
  peer: RunningPeer,
  counts: MessageCounts,
  command: Exclude<ControlCommand, { do: 'hash' }>,
): void {
  switch (command.do) {
    case 'start':
      return peer.start(command.peers.map((text) => parseAddress(text)!));
    case 'counts':
      return tell({ event: 'counts', counts, rssBytes: process.memoryUsage.rss() });
    case 'fetch':
      return void fetch(peer, command.id, command.name);
    case 'stop':
  }
}

async function fetch(peer: RunningPeer, id: number, name: string): Promise<void> {
  try {
    const result = await peer.fetch(name).result;
    tell({ event: 'fetched', id, result: asText(result) });
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    tell({ event: 'unfetched', id, why: error.message });
  }
}

/** Whoever runs us may not be able to read our files, in a container. */
async function hash(path: string, id: number): Promise<void> {
  tell({ event: 'hashed', id, sha256: (await digests.of(path)) ?? '' });
}

function asText(result: FetchResult): ControlResult {
  const { image, attempts } = result;
  return {
    ...result,
    attempts: attempts.map(({ address, outcome }) => ({ address: text(address), outcome })),
    image: image === null ? null : { ...image, from: text(image.from) },
  };
}

function text(address: Address): string {
  return formatAddress(address);
}

function tell(event: ControlEvent): void {
  process.stdout.write(`${asciiJson(event)}\n`);
}
