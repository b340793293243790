import type { Scenario } from '../scenario/scenario.ts';
import { startOwnProcessPeer } from './own-process-peer.ts';
import { RealRun } from './real-run.ts';
import { refuseFaults, refuseImages, refuseNetwork } from './refusals.ts';
import type { Runner } from './runner.ts';

/** Each peer is a process of its own. */
export const processes: Runner = {
  name: 'process',
  refusals: (scenario: Scenario) => [
    ...refuseImages(scenario, 'process'),
    ...refuseNetwork(scenario, 'process'),
    ...refuseFaults(scenario, 'process'),
  ],
  async run(plan, journal, options) {
    await new RealRun(plan, journal, { startOwn: startOwnProcessPeer }, options).run();
    return { virtual: null };
  },
};
