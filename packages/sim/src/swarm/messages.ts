/**
 * What the parts of a run on a swarm say to one another: JSON documents, one a line. The lab talks to an agent on each
 * host, through a gateway; an agent talks to the holder of each peer of its host.
 */
import type { MessageCounts } from '@imagemesh/peer';
import type { LiveAnswer } from '../runner/live-peer.ts';

/** Where agents and holders listen on the network of the run, and where peers do. */
export const AGENT_PORT = 9_010;
export const HOLDER_PORT = 9_011;
export const PEER_PORT = 9_000;

/** The program of all three in the image of the peer; its argument says which. */
export const PROGRAM = '/app/lab.mjs';

/** The environment has the token of the run under this name: whoever does not say it first is not listened to. */
export const TOKEN_VARIABLE = 'IMAGEMESH_RUN_TOKEN';

/** Where the images of a peer are in its container: the volume of its image, which goes with the container. */
export const IMAGES_PATH = '/images';

/** An agent that hears nothing of its lab for so long ends its peers, and a lab gives up a host that is silent for so long. */
export const SILENCE_MS = 6_000;

/** How a peer is to be run. */
export interface PeerOrders {
  /** The command line of `p2p`. */
  readonly args: readonly string[];
  /** Whether what it writes is to be told. */
  readonly isHeard: boolean;
}

/** How a peer is to be ended. */
export interface EndOrders {
  readonly id: number;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** Then it is killed. */
  readonly withinMs: number;
}

/** What a holder is told; a line that begins with `>` is one for the peer itself. */
export type HolderCommand =
  | { readonly do: 'image'; readonly name: string; readonly base64: string }
  /** Throw all images away. */
  | { readonly do: 'empty' }
  | ({ readonly do: 'run' } & PeerOrders)
  | { readonly do: 'signal'; readonly signal: 'SIGSTOP' | 'SIGCONT' }
  | ({ readonly do: 'end' } & EndOrders);

/** What a holder tells; a line that begins with `<` is one of the peer. */
export type HolderEvent =
  | { readonly event: 'output'; readonly text: string }
  /** The peer has ended by itself. */
  | { readonly event: 'crash'; readonly how: string }
  | EndedEvent;

/** A peer has been ended. */
export interface EndedEvent {
  readonly event: 'ended';
  readonly id: number;
  /** It did not end within its time. */
  readonly isForced: boolean;
  /** Temporary files that it left. */
  readonly temporaryFiles: number;
}

/** What an agent is told; all but the first are about one peer, by its number in the plan. */
export type AgentCommand =
  | { readonly do: 'ping'; readonly id: number }
  | ({ readonly peer: number } & PeerCommand);

/** What an agent is told of one peer. */
export type PeerCommand =
  | HolderCommand
  /** It is held there, on the host of the agent. */
  | { readonly do: 'adopt'; readonly ip: string }
  | { readonly do: 'start'; readonly peers: readonly string[] }
  /** Ask for an image at a moment of the agent's clock. */
  | { readonly do: 'fetch'; readonly id: number; readonly name: string; readonly atMs: number }
  | { readonly do: 'counts'; readonly id: number };

/** What an agent tells. Moments are those of its own clock. */
export type AgentEvent =
  | {
      readonly event: 'pong';
      readonly id: number;
      readonly atMs: number;
      /** How late a request was made at worst since the last time. */
      readonly worstLagMs: number;
    }
  | ({ readonly peer: number } & PeerEvent);

/** What an agent tells of one peer. */
export type PeerEvent =
  | HolderEvent
  | { readonly event: 'adopted' }
  | { readonly event: 'listening'; readonly address: number }
  | { readonly event: 'reached' | 'lost'; readonly address: number; readonly atMs: number }
  /** Null: it has ended and gives no answer. */
  | { readonly event: 'answer'; readonly id: number; readonly answer: LiveAnswer | null }
  | {
      readonly event: 'counts';
      readonly id: number;
      readonly counts: MessageCounts | null;
      readonly rssBytes: number;
    };
