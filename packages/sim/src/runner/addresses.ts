import type { Address } from '@imagemesh/peer';
import type { RelayThread } from '../relay/relay-thread.ts';
import type { RunError } from '../result/run-error.ts';
import type { LivePeerOptions } from './live-peer.ts';

/** Where the peers of a run listen, and where the others reach them, wherever they live. */
export interface Addresses {
  /** The relay between the peers, when something is to be done to their links. */
  readonly relay: RelayThread | null;
  /**
   * Sets the addresses that must be set before a peer listens there; `onCrash` is told of a bug of the relay.
   * Rejects with a `RunError` when there are none to be had.
   */
  prepare(onCrash: (error: RunError) => void): Promise<void>;
  /** Where others reach a peer; 0 while that is not known. */
  of(peer: number): Address;
  /** The peer that is reached there. */
  peerAt(address: Address): number | undefined;
  /** Where a peer is to listen, and what it is to tell others. */
  listening(peer: number): Pick<LivePeerOptions, 'host' | 'port' | 'announce'>;
  /** A peer listens, at `address`. */
  isUp(peer: number, address: Address): void;
  /** Gives all back. */
  release(): Promise<void>;
}
