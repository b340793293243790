import type { Scenario } from '../scenario/scenario.ts';
import { startInProcessPeer } from './in-process-peer.ts';
import type { StartOwnPeer } from './live-peers.ts';
import { paceOf } from './pace.ts';
import { RealRun } from './real-run.ts';
import type { Runner } from './runner.ts';
import { refuseFaults, refuseImages, refuseNetwork } from './refusals.ts';

/** All peers of ours in this process, on real sockets; other programs are processes. */
export const loopback: Runner = {
  name: 'loopback',
  refusals: (scenario: Scenario) => [
    ...refuseImages(scenario, 'loopback'),
    ...refuseNetwork(scenario, 'loopback'),
    ...refuseFaults(scenario, 'loopback'),
  ],
  async run(plan, journal, options) {
    const pace = paceOf(plan);
    const startOwn: StartOwnPeer = (_name, peer) => startInProcessPeer(peer, undefined, pace);
    await new RealRun(plan, journal, { startOwn }, options).run();
    return { virtual: null };
  },
};
