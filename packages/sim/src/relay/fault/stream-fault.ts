import type { Random } from '../../random/random.ts';
import type { LinkRule } from '../../scenario/scenario.ts';
import type { Pacer } from './bandwidth.ts';

/**
 * A fault as it acts on the bytes that go one way through one relayed connection. It has only the parts
 * that it needs. What it draws, it draws once for each flight, in the order of the bytes: how the kernel
 * happens to cut a stream, and what goes on elsewhere, changes no decision.
 */
export interface StreamFault {
  /** Nothing gets through while it is there. */
  readonly holds?: true;
  /** Connections with bytes on this link are reset, new ones too. */
  readonly resets?: true;
  /** The connection has lost its other end for good, even when the fault has gone. */
  readonly strands?: true;
  /** The connection is reset once what has set off has arrived. */
  readonly isSpent?: boolean;
  /** How much longer the next flight takes; here a call and the end of a stream are flights of their own. */
  delayUs?(): number;
  /** Whether what sets off now is lost; asked for each try of a flight. */
  loses?(): boolean;
  /** How much longer the end of the stream takes. */
  endDelayUs?(): number;
  /** How many bytes may set off now, asked when there are some; 0: none before `againUs`. */
  allowance?(nowUs: number): number;
  againUs?(): number;
  /** So many bytes set off now; gives when the last of them has left. */
  spend?(count: number, nowUs: number): number;
  /** Where the piece ends that has the byte at `position`; pieces are written one by one. */
  pieceEnd?(position: number): number;
  /** Changes bytes in place; `position` counts the bytes of the stream before them. */
  alter?(bytes: Uint8Array, position: number): void;
}

/** Where a fault is about to act. */
export interface FaultPlace {
  /** Of this rule on this way of this connection alone. */
  readonly random: Random;
  /** Whether the connection was there before the rule. */
  readonly isOpen: boolean;
  /** What all connections of the link share. */
  readonly pacer: Pacer;
}

/** Makes one kind of fault for a place; null when the rule has none of that kind. */
export type FaultKind = (rule: LinkRule, place: FaultPlace) => StreamFault | null;
