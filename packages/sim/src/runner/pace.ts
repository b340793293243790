/**
 * How fast peers live that share one process. A single peer greets others again every 20 s; ten thousand of them that
 * know thirty others each would make 15,000 greetings a second of that, where one process can make 5,000, and none
 * would ever find another.
 */
import { DEFAULT_LIMITS, type PeerLimits } from '@imagemesh/peer';
import type { Plan } from '../plan/plan.ts';

/** Greetings a second that keeping in touch may take, of all peers together. */
const UPKEEP_PER_SECOND = 2_000;

/**
 * Greetings of all peers that are under way or wait for their turn. Whom to greet is decided before that, and each of
 * them has a deadline that is looked at every few seconds.
 */
const MOST_GREETINGS = 16_000;

/** Limits that differ from those of a peer with a process of its own. */
export type Pace = Pick<PeerLimits, 'greetings' | 'refreshUs' | 'staleUs'>;

/** The pace of the peers of a plan, when all of them are in one process. Up to 600 peers it is that of a single one. */
export function paceOf({ peers }: Pick<Plan, 'peers'>): Pace {
  const { greetings, refreshUs, staleUs } = DEFAULT_LIMITS;
  const pairs = peers.reduce((sum, { known }) => sum + Math.min(known, peers.length - 1), 0);
  const perSecond = pairs / (refreshUs / 1_000_000);
  const slower = Math.max(1, perSecond / UPKEEP_PER_SECOND);
  const each = Math.floor(MOST_GREETINGS / peers.length);
  return {
    greetings: Math.max(1, Math.min(greetings, each)),
    refreshUs: Math.round(refreshUs * slower),
    staleUs: Math.round(staleUs * slower),
  };
}
