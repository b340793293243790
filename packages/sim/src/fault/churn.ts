/**
 * Churn: peers that come and go, each by itself, at a rate of all of them together, or as in a trace. What
 * is drawn does not depend on how late a clock rings, so it is the same in every world.
 */
import { drawFrom, exponential, type Distribution } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { ChurnPattern, ChurnSession } from '../scenario/scenario.ts';
import { together, type Heal } from './trouble.ts';

/** What churn needs of whoever leads it. */
export interface ChurnStage {
  nowUs(): number;
  /** Calls `action` at `atUs` or, on a real clock, soon after. */
  at(atUs: number, action: () => void): void;
  /** Ends a peer; what is returned lets it come back. */
  leave(peer: number): Heal;
  /** A source of randomness of this churn alone; another one for each number. */
  random(index: number): Random;
}

type Pattern<Kind extends ChurnPattern['kind']> = ChurnPattern & { readonly kind: Kind };

/** Lets peers come and go until the function that is returned is called; then all are there. */
export function startChurn(
  pattern: ChurnPattern,
  peers: readonly number[],
  stage: ChurnStage,
): Heal {
  switch (pattern.kind) {
    case 'sessions':
      return together(peers.map((peer) => takeTurns(pattern, peer, stage)));
    case 'leaves':
      return leaveAtRandom(pattern, peers, stage);
    case 'trace':
      return together(peers.map((peer, index) => follow(nodeOf(pattern, index), peer, stage)));
  }
}

/** One peer that is there for a session, away for an absence, and so on. */
function takeTurns(
  { sessions, absences }: Pattern<'sessions'>,
  peer: number,
  stage: ChurnStage,
): Heal {
  const random = stage.random(peer);
  return alternate(
    peer,
    stage,
    (isThere) => stage.nowUs() + drawLength(isThere ? sessions : absences, random),
  );
}

/** One peer that is there when a node of a trace was. */
function follow(sessions: readonly ChurnSession[], peer: number, stage: ChurnStage): Heal {
  const startUs = stage.nowUs();
  const turns = turnsOf(sessions);
  let next = 0;
  return alternate(peer, stage, () => startUs + (turns[next++] ?? Infinity));
}

/** When somebody who is there leaves, comes back, leaves, and so on, from the beginning of a trace. */
function turnsOf(sessions: readonly ChurnSession[]): number[] {
  const turns = sessions.flatMap(({ startUs, endUs }) => [startUs, endUs]);
  return turns[0] === 0 ? turns.slice(1) : [0, ...turns];
}

/** Traces and peers are not as many as each other: nodes are taken in turn, as often as it needs. */
function nodeOf({ nodes }: Pattern<'trace'>, index: number): readonly ChurnSession[] {
  return nodes[index % nodes.length]!;
}

/** Lets a peer leave, come back, leave, … at the moments that `turnUs` gives; Infinity: never. */
function alternate(peer: number, stage: ChurnStage, turnUs: (isThere: boolean) => number): Heal {
  let isOver = false;
  let release: Heal | null = null;
  const turn = (): void => {
    if (isOver) return;
    if (release === null) release = stage.leave(peer);
    else {
      release();
      release = null;
    }
    wait();
  };
  const wait = (): void => {
    const atUs = turnUs(release === null);
    if (atUs < Infinity) stage.at(atUs, turn);
  };
  wait();
  return () => {
    isOver = true;
    release?.();
  };
}

/** A Poisson process: at each of its moments one of those that are there leaves. */
function leaveAtRandom(
  { perSecond, absences }: Pattern<'leaves'>,
  peers: readonly number[],
  stage: ChurnStage,
): Heal {
  const random = stage.random(0);
  // Who is there is taken from what was drawn, for a real clock rings late.
  const backUs = new Map(peers.map((peer) => [peer, 0]));
  const releases = new Set<Heal>();
  let isOver = false;
  let dueUs = stage.nowUs();
  const leave = (): void => {
    const there = peers.filter((peer) => backUs.get(peer)! <= dueUs);
    if (there.length === 0) return;
    const peer = there[random.below(there.length)]!;
    const untilUs = dueUs + drawLength(absences, random);
    backUs.set(peer, untilUs);
    const release = stage.leave(peer);
    releases.add(release);
    stage.at(untilUs, () => {
      if (releases.delete(release)) release();
    });
  };
  const next = (): void => {
    dueUs += Math.max(1, exponential(random, 1e6 / perSecond));
    stage.at(dueUs, () => {
      if (isOver) return;
      leave();
      next();
    });
  };
  next();
  return () => {
    isOver = true;
    together([...releases])();
    releases.clear();
  };
}

function drawLength(length: Distribution, random: Random): number {
  return Math.max(1, Math.round(drawFrom(length, random)));
}
