import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { Scenario } from '../scenario/scenario.ts';

/** What of a scenario lets runs of one plan come out differently in worlds that are both right. */
export interface Slack {
  /** Faults or misbehaving peers: which request meets them is a matter of moments, and of whom is asked first. */
  readonly isTroubled: boolean;
  /** Faults: peers may have lost one another when the run ends. */
  readonly hasFaults: boolean;
  /** Requests are made as fast as answers come, or for as long as something takes. */
  readonly isPaced: boolean;
  /** Peers keep fewer others than there are, those whom they happen to reach first. */
  readonly isPartial: boolean;
}

/** Everything is settled by the plan. */
export const NO_SLACK: Slack = {
  isTroubled: false,
  hasFaults: false,
  isPaced: false,
  isPartial: false,
};

/** What may differ between runs of a scenario. */
export function slackOf({ groups, phases, faults }: Scenario): Slack {
  const others = groups.reduce((sum, { count }) => sum + count, 0) - 1;
  const hasFaults = faults.length > 0;
  return {
    hasFaults,
    isTroubled: hasFaults || groups.some(({ behavior }) => behavior !== null),
    isPaced: phases.some(
      ({ until, requests }) =>
        requests.length > 0 &&
        (until !== null || requests.some(({ load }) => load.kind === 'users')),
    ),
    isPartial: groups.some(({ known }) => (known ?? DEFAULT_LIMITS.known) < others),
  };
}
