import { createPeer } from '../create-peer.ts';
import type { RunningPeer } from '../running-peer.ts';
import type { PeerObserver } from '../core/observer.ts';
import { joinedObservers } from '../operation/joined-observers.ts';
import { Operation } from '../operation/operation.ts';
import { Signals } from '../operation/signals.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { displaySafe } from '../protocol/display.ts';
import { startingAddresses } from './arguments.ts';
import type { Configuration } from './configuration/load.ts';
import { ensureFolder } from './folder.ts';
import { operationOptions } from './operating.ts';
import { Reloading } from './reloading.ts';
import { History, historyFile } from './history.ts';
import { Screen } from './screen.ts';
import { Session, shownFolder } from './session.ts';
import { Tally } from './tally.ts';
import { formatBytes, formatImages, formatPeers, listAddresses } from './wording.ts';

/** How long the first greetings may keep the prompt waiting. */
const PATIENCE_MS = 1_500;

/** What a peer that runs needs beside its configuration. */
export interface RunOptions {
  /** Reads the configuration again. */
  readonly read: () => Promise<Configuration>;
  /** Of the program. */
  readonly version: string;
}

/** Runs a peer until its input ends or it is told to stop. Returns the exit code. */
export async function run(
  configuration: Configuration,
  { read, version }: RunOptions,
): Promise<number> {
  const { settings, limits } = configuration;
  const starts = await startingAddresses(settings.peers);
  await ensureFolder(settings.images);
  const screen = new Screen(settings.quiet);
  const tally = new Tally();
  const settled = Promise.withResolvers<void>();
  const { images, host, port, announce, anyType, threads } = settings;
  const operation = await Operation.open(operationOptions(configuration, screen, version));
  const observer = joinedObservers([
    { ...observerOf(screen, tally), onSettled: settled.resolve },
    operation.observer,
  ]);
  const onBug = operation.bug.bind(operation);
  const base = { images, host, port, announce, limits, observer, threads };
  const peer = await createPeer({ ...base, tidy: false, onBug });
  tally.listensAt = peer.address;
  const folder = shownFolder(images);
  const history = new History(settings.history && isTerminal() ? historyFile(process.env) : null);
  const session = new Session({ peer, screen, folder, history, tally, anyType });
  const reloading = new Reloading({ configuration, read, peer, operation });
  const signals = new Signals({
    stop: session.stop,
    // Where somebody sits at a terminal it means that the terminal has gone.
    reload: isTerminal() ? null : () => void reloading.reload(),
    endNow: () => operation.endNow(),
  });
  const count = (await peer.folder.index()).names().length;
  screen.note(
    `Listening on ${formatAddress(peer.address)}, sharing ${formatImages(count)} from ${folder}/.`,
  );
  await begin(operation, peer);
  peer.start(starts, operation.remembered);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
  await Promise.race([settled.promise, session.stopped, patience]);
  if (!session.isStopping) screen.note(welcome(peer, starts));
  const code = await session.run();
  signals.ending();
  operation.ending(reloading.farewellMs);
  await peer.stop(reloading.farewellMs);
  await operation.end();
  return code;
}

async function begin(operation: Operation, peer: RunningPeer): Promise<void> {
  try {
    await operation.begin(peer);
  } catch (error) {
    await peer.stop();
    await operation.end();
    throw error;
  }
}

function isTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

function observerOf(screen: Screen, tally: Tally): PeerObserver {
  return {
    onServed: (remote, name, sizeBytes) => {
      tally.served(sizeBytes);
      const to = formatAddress(remote);
      screen.note(`Sent ${displaySafe(name)}, ${formatBytes(sizeBytes)}, to ${to}.`);
    },
    onRefused: (_remote, code) => tally.refused(code),
    onReached: (address) => screen.note(`Found ${formatAddress(address)}.`),
    onLost: (address) => screen.note(`Lost ${formatAddress(address)}.`),
  };
}

function welcome(peer: RunningPeer, starts: readonly Address[]): string {
  const known = peer.known();
  if (known.length > 0)
    return `In touch with ${formatPeers(known.length)}: ${listAddresses(known)}.`;
  return `No other peer has answered yet (tried ${listAddresses(starts)}); still trying.`;
}
