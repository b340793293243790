import type { Scenario } from '../scenario/scenario.ts';
import { RealRun } from '../runner/real-run.ts';
import { refuseFaults, refuseNetwork } from '../runner/refusals.ts';
import type { Runner } from '../runner/runner.ts';
import { connectEngine } from './engine.ts';
import { Fleet } from './fleet.ts';
import { MOST_CONTAINERS } from './run-network.ts';

/** Each peer of ours is a container of what is shipped; other programs are processes of this machine. */
export const docker: Runner = {
  name: 'docker',
  refusals: (scenario: Scenario) => [
    ...refuseCount(scenario),
    ...refuseNetwork(scenario, 'docker'),
    ...refuseFaults(scenario, 'docker'),
  ],
  async run(plan, journal, options) {
    const fleet = await Fleet.open(await connectEngine(), plan);
    try {
      const { addresses } = fleet;
      const startOwn = fleet.startPeer.bind(fleet);
      const startImage = fleet.startImage.bind(fleet);
      await new RealRun(plan, journal, { startOwn, startImage, addresses }, options).run();
    } finally {
      await fleet.close();
    }
    return { virtual: null };
  },
};

function refuseCount({ groups }: Scenario): string[] {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  if (count <= MOST_CONTAINERS) return [];
  return [`the docker runner has room for ${MOST_CONTAINERS} peers on a network; take fewer`];
}
