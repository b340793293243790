import { describePeer, imageName, type Plan } from '../plan/plan.ts';
import type { TellingRequest } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import type { Figures } from '../stats/figures.ts';
import type { Judgement } from './ground-truth.ts';

/** As many attempts are told of each request. */
const MOST_ASKED = 8;

/** The requests that tell most, with names; slow ones only if they are wanted. */
export function tellingRequests(
  plan: Plan,
  figures: Figures,
  isSlowWanted: boolean,
): TellingRequest[] {
  return figures.telling.chosen(isSlowWanted).map((one) => tell(plan, figures, one));
}

function tell(plan: Plan, figures: Figures, judgement: Judgement): TellingRequest {
  const { due, done, class: verdict } = judgement;
  const isSlow = verdict === 'correct';
  return {
    class: isSlow ? 'slow' : (verdict as 'wrong' | 'failed'),
    request: due.request,
    phase: plan.scenario.phases[due.phase]!.name,
    peer: plan.peers[due.peer]!.name,
    image: imageName(plan, due.image),
    dueSeconds: due.atUs / 1e6,
    endSeconds: done === null ? null : done.atUs / 1e6,
    outcome: done?.outcome ?? null,
    asked: (done?.attempts ?? [])
      .slice(0, MOST_ASKED)
      .map(({ peer, outcome }) => ({ peer: peerName(plan, peer), outcome })),
    why: isSlow ? whySlow(figures, judgement) : judgement.why,
  };
}

function whySlow(figures: Figures, { due, done }: Judgement): string {
  const took = showFigure('time', done!.atUs - due.atUs);
  const median = figures.phases[due.phase]!.latencies.summary()?.p50 ?? null;
  const half =
    median === null ? '' : `; half of its phase stayed within ${showFigure('time', median * 1e3)}`;
  return `the right answer took ${took}${half}`;
}

function peerName(plan: Plan, peer: number): string {
  return plan.peers[peer]?.name ?? describePeer(plan, peer);
}
