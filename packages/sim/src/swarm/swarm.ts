import { connectEngine } from '../docker/engine.ts';
import { RealRun } from '../runner/real-run.ts';
import { refuseFaults, refuseNetwork } from '../runner/refusals.ts';
import type { Runner, RunOutcome } from '../runner/runner.ts';
import type { PeerGroup, Scenario } from '../scenario/scenario.ts';
import { OrderedJournal } from './ordered-journal.ts';
import { withFleet } from './swarm-fleet.ts';

/** A network of a swarm has 254 addresses, of which agents, the gateway and the swarm itself take some. */
const MOST_PEERS = 200;

/** Each peer is a container of what is shipped, on all hosts of a swarm; an agent on each leads those there. */
export const swarm: Runner = {
  name: 'swarm',
  refusals: (scenario: Scenario) => [
    ...refusePeers(scenario),
    ...refuseNetwork(scenario, 'swarm'),
    ...refuseFaults(scenario, 'swarm'),
  ],
  async run(plan, journal, options): Promise<RunOutcome> {
    let outcome: RunOutcome = { virtual: null };
    await withFleet(await connectEngine(), plan, options.signal, async (fleet) => {
      const { addresses, agents } = fleet;
      const startOwn = fleet.startPeer.bind(fleet);
      const ordered = new OrderedJournal(journal, () => agents.silenceUs);
      try {
        await new RealRun(plan, ordered, { startOwn, addresses, hosts: agents }, options).run();
      } finally {
        ordered.end();
        outcome = { virtual: null, hosts: agents.hosts.map(({ result }) => result) };
      }
    });
    return outcome;
  },
};

function refusePeers({ groups }: Scenario): string[] {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const tooMany = `the swarm runner has room for ${MOST_PEERS} peers; take fewer`;
  return [...(count > MOST_PEERS ? [tooMany] : []), ...groups.flatMap(refuseGroup)];
}

function refuseGroup({ name, run, behavior }: PeerGroup): string[] {
  if (run !== null) {
    return [
      `the swarm runner has peers of ours only, and no other programs (peers.groups: ${name}); use docker`,
    ];
  }
  if (behavior === null) return [];
  return [
    `the swarm runner has no peers that misbehave (peers.groups: ${name}); use docker or virtual`,
  ];
}
