import type { FaultAction, PeerGroup, Scenario } from '../scenario/scenario.ts';

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

/** Faults that a runner on real sockets cannot do. */
export function refuseFaults(scenario: Scenario, runner: 'loopback' | 'process'): string[] {
  const hasForeign = scenario.groups.some((group) => group.run !== null);
  return scenario.faults.flatMap(({ action, text, line }) => {
    const why =
      reasonAgainst(action.kind, runner, hasForeign) ?? reasonAgainstPause(scenario, action);
    return why === null ? [] : [`the ${runner} runner ${why} (faults, line ${line}: ${text})`];
  });
}

/** Peers that misbehave live in the lab's own process, whatever ours are made of. */
function reasonAgainstPause({ groups }: Scenario, action: FaultAction): string | null {
  if (action.kind !== 'pause') return null;
  const isStruck = ({ name, behavior }: PeerGroup): boolean =>
    behavior !== null &&
    action.targets.some((target) => target.kind === 'all' || target.group === name);
  return groups.some(isStruck) ? 'cannot pause a peer that misbehaves; use virtual' : null;
}

function reasonAgainst(
  kind: FaultAction['kind'],
  runner: 'loopback' | 'process',
  hasForeign: boolean,
): string | null {
  switch (kind) {
    case 'kill':
    case 'stop':
    case 'churn':
      return null;
    case 'pause':
      if (runner === 'process') return null;
      return 'has all peers in one process and cannot pause one; use process or virtual';
    case 'disk':
      return 'has a real disk and cannot spoil it; use virtual';
    case 'vanish':
      return 'cannot let a peer vanish without a word; use virtual';
    case 'link':
    case 'partition':
      // They call from the address of the machine, so that nobody can tell who of them it is.
      return hasForeign ? 'cannot spoil links in a network with other programs (run)' : null;
  }
}
