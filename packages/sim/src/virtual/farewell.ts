/**
 * The end of the peers of a virtual run: all are told to stop, and the world goes on until nothing of them
 * is left, or for longer than any of their limits can keep anything alive. Whatever a peer still holds
 * then, it would hold for ever. What others do meanwhile is their affair.
 */
import { DEFAULT_LIMITS, type Peer } from '@imagemesh/peer';
import type { VirtualHost } from './virtual-host.ts';
import type { World } from './world.ts';

/** More peers are not looked at: it would take as much memory and time as the run itself. */
export const MOST_PEERS = 10_000;

/** Why it is not known what they leave. */
export const TOO_MANY_PEERS = 'there are more than 10,000 peers';

/** Events after which it is given up to wait for the end. */
const MOST_EVENTS = 2_000_000;

/** How often it is looked whether anything is left. */
const LOOK_US = 1_000_000;

/**
 * The longest life of a session of a peer that has stopped: a request that is read and looked up until the
 * last moment, a reply that stalls right behind a look at its progress, and the wait for the other side to
 * close. A greeting and a fetch that was given up take less.
 */
const { requestTimeoutUs, stallUs, lingerUs } = DEFAULT_LIMITS;
const LONGEST_US = 2 * requestTimeoutUs + 2 * stallUs + lingerUs + LOOK_US;

/** A peer that is to end. */
export interface EndingPeer {
  readonly number: number;
  readonly peer: Peer;
  readonly host: VirtualHost;
}

/** What came of it. */
export interface Farewell {
  /** Peers that left something, with what that is: `2 connections open`. */
  readonly left: readonly { readonly peer: number; readonly what: string }[];
  /** Why that is not known, as a part of a sentence; null: it is. */
  readonly problem: string | null;
}

/** Stops these peers and says what they leave. `step` handles one event of the world, as `World.step` does. */
export function sayFarewell(
  world: World,
  ending: readonly EndingPeer[],
  step: () => boolean,
  mostEvents: number = MOST_EVENTS,
): Farewell {
  for (const { peer, host } of ending) {
    // One that stands still would not hear of anything that ends.
    world.fates.resume(host);
    peer.stop();
  }
  if (!waitUntilOver(world, ending, step, mostEvents)) {
    const millions = mostEvents / 1e6;
    return {
      left: [],
      problem: `the peers were not at their end after ${millions} million events`,
    };
  }
  const left = ending.flatMap((one) => {
    const what = leftBy(one);
    return what === null ? [] : [{ peer: one.number, what }];
  });
  return { left, problem: null };
}

/** False: there was too much to do. */
function waitUntilOver(
  world: World,
  ending: readonly EndingPeer[],
  step: () => boolean,
  mostEvents: number,
): boolean {
  const untilUs = world.nowUs + LONGEST_US;
  const most = world.events + mostEvents;
  const state = { isOver: false };
  const look = (): void => {
    state.isOver = world.nowUs >= untilUs || ending.every((one) => leftBy(one) === null);
    if (!state.isOver) world.at(world.nowUs + LOOK_US, look);
  };
  world.at(world.nowUs, look);
  while (!state.isOver && world.events < most && step());
  return state.isOver;
}

/** What a peer holds; null: nothing. */
function leftBy({ peer, host }: EndingPeer): string | null {
  const parts = [
    counted(host.openConnections, 'connection', ' open'),
    counted(peer.servingCount, 'caller', ' that it has not let go of'),
    counted(peer.greetingCount, 'greeting', ' under way'),
    counted(peer.fetchCount, 'fetch', ' under way', 'es'),
    counted(peer.deadlineCount, 'deadline', ''),
  ].flat();
  return parts.length === 0 ? null : parts.join(', ');
}

/** `2 connections open`, or nothing for none. */
function counted(count: number, noun: string, rest: string, plural = 's'): string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : plural}${rest}`];
}
