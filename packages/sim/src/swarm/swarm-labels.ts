import { labelsOf, RUN_LABEL, type Labels } from '../docker/labels.ts';

/** The run on a swarm that something belongs to: another label than on one engine, whose clearing knows no services. */
export const SWARM_RUN_LABEL = 'imagemesh.swarm.run';

/** Labels of a run of this process. */
export function swarmLabelsOf(run: string): Labels {
  const { [RUN_LABEL]: _, ...ofLab } = labelsOf(run);
  return { ...ofLab, [SWARM_RUN_LABEL]: run };
}
