import type { DiskRule, LinkRule } from '../scenario/scenario.ts';

/** A link on which nothing is wrong. */
export const GOOD_LINK: LinkRule = {
  latencyUs: 0,
  jitterUs: 0,
  bandwidthBytesPerSecond: 0,
  loss: 0,
  corrupt: 0,
  cut: null,
  isReset: false,
  isHalfOpen: false,
  limitBytes: 0,
  slowCloseUs: 0,
};

/** The links that a rule is about: from each of some peers to each of others, by number. */
export interface Links {
  readonly from: ReadonlySet<number>;
  readonly to: ReadonlySet<number>;
}

/** Takes a rule back. */
export type Heal = () => void;

/** Takes several rules back, in this order. */
export function together(heals: readonly Heal[]): Heal {
  return () => {
    for (const heal of heals) heal();
  };
}

/**
 * What a world can do to its peers and links; each takes effect at once. The director tells it so that
 * no peer is ended or started twice.
 */
export interface Trouble {
  /** Ends a peer at once; its connections end as the system of that world ends them. */
  kill(peer: number): void;
  /** Tells a peer to end; it may finish what it sends. */
  stop(peer: number): void;
  /** Starts a peer that was ended, at the address that it had. */
  restart(peer: number, keepsFiles: boolean): void;
  pause(peer: number): void;
  resume(peer: number): void;
  /** Ends a peer without a word to anybody. */
  vanish(peer: number): void;
  /** Puts the clock of a peer that is up ahead; what was due meanwhile is due at once. */
  jumpClock(peer: number, byUs: number): void;
  addLinkRule(links: Links, rule: LinkRule): Heal;
  addDiskRule(peer: number, rule: DiskRule): Heal;
}
