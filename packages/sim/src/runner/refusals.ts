import { isBare } from '../relay/network-shape.ts';
import type { FaultAction, PeerGroup, Scenario, Targets } from '../scenario/scenario.ts';

/** Groups of peers that are to be containers, where there are none. */
export function refuseImages({ groups }: Scenario, runner: string): string[] {
  return groups
    .filter((group) => group.image !== undefined)
    .map(
      ({ name }) =>
        `the ${runner} runner starts no containers (image, peers.groups: ${name}); use docker`,
    );
}

/** A runner on real sockets. */
export type RealRunner = 'loopback' | 'process' | 'docker' | 'swarm';

/** What a `network` section asks for and a runner on real sockets cannot give. */
export function refuseNetwork({ network, groups }: Scenario, runner: RealRunner): string[] {
  if (isBare(network)) return [];
  if (runner === 'swarm') {
    return [
      'the swarm runner cannot shape a network (network); use docker, process, loopback or virtual',
    ];
  }
  // They call from the address of the machine, and tell others where they listen themselves.
  if (groups.some(isProgramHere)) {
    return [
      `the ${runner} runner cannot shape a network with other programs in it (network); leave network or run out`,
    ];
  }
  if (runner !== 'docker' || groups.every((group) => group.behavior === null)) return [];
  return [
    'the docker runner cannot shape a network with peers that misbehave in it (network); use process, loopback or virtual',
  ];
}

/** Whether its peers are processes of this machine that are not ours. */
function isProgramHere({ run, image }: PeerGroup): boolean {
  return run !== null && image === undefined;
}

/** Faults that a runner on real sockets cannot do. */
export function refuseFaults(scenario: Scenario, runner: RealRunner): string[] {
  return scenario.faults.flatMap(({ action, text, line }) => {
    const why =
      reasonAgainst(action.kind, runner, scenario) ?? reasonAgainstTargets(scenario, action);
    return why === null ? [] : [`the ${runner} runner ${why} (faults, line ${line}: ${text})`];
  });
}

/** What cannot be done to some kinds of peers only. */
function reasonAgainstTargets({ groups }: Scenario, action: FaultAction): string | null {
  // Peers that misbehave live in the lab's own process, whatever ours are made of.
  if (
    action.kind === 'pause' &&
    groups.some((one) => one.behavior !== null && isStruck(one, action))
  ) {
    return 'cannot pause a peer that misbehaves; use virtual';
  }
  if (action.kind === 'disk' && groups.some((one) => one.run !== null && isStruck(one, action))) {
    return 'cannot spoil the disk of another program (run)';
  }
  return null;
}

function isStruck({ name }: PeerGroup, { targets }: { readonly targets: Targets }): boolean {
  return targets.some((target) => target.kind === 'all' || target.group === name);
}

function reasonAgainst(
  kind: FaultAction['kind'],
  runner: RealRunner,
  scenario: Scenario,
): string | null {
  switch (kind) {
    case 'kill':
    case 'stop':
    case 'churn':
      return null;
    case 'pause':
      if (runner !== 'loopback') return null;
      return 'has all peers in one process and cannot pause one; use process or virtual';
    case 'disk':
      if (runner === 'loopback') return null;
      return 'has peers that are programs of their own, whose disks it cannot spoil; use loopback or virtual';
    case 'clock':
      return 'runs on the clock of the machine and cannot put it ahead; use virtual';
    case 'vanish':
    case 'link':
    case 'partition':
      return reasonAgainstLinks(runner, scenario);
  }
}

/** Who calls from the address of the machine could be any of those that do. */
function reasonAgainstLinks(runner: RealRunner, { groups }: Scenario): string | null {
  if (runner === 'swarm') return 'cannot spoil links; use docker, process, loopback or virtual';
  if (groups.some(isProgramHere)) {
    return 'cannot spoil links in a network with other programs (run)';
  }
  if (runner !== 'docker' || groups.every((group) => group.behavior === null)) return null;
  return 'cannot spoil links in a network with peers that misbehave, which live outside of containers; use process, loopback or virtual';
}
