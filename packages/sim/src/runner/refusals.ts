import type { Scenario } from '../scenario/scenario.ts';

/** What a `network` section asks for and real loopback sockets cannot give. */
export function refuseNetwork({ network }: Scenario, runner: string): string[] {
  const wishes: [string, boolean][] = [
    ['latency', network.latencyUs > 0],
    ['jitter', network.jitterUs > 0],
    ['bandwidth', network.bandwidthBytesPerSecond > 0],
    ['loss', network.loss > 0],
    ['segments', network.segments !== 'natural'],
  ];
  return wishes
    .filter(([, isWished]) => isWished)
    .map(
      ([key]) =>
        `the ${runner} runner cannot shape the network (network.${key}); it uses the bare machine`,
    );
}
