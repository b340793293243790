/** All that a run has with a swarm: a network, services and a way to the agents. It leaves nothing behind. */
import { randomBytes, randomUUID } from 'node:crypto';
import { engineComplaint, type Engine } from '../docker/engine.ts';
import { findPeerImage } from '../docker/peer-image.ts';
import type { Plan } from '../plan/plan.ts';
import { RunError } from '../result/run-error.ts';
import type { LivePeer, LivePeerOptions } from '../runner/live-peer.ts';
import { Agents, type FoundHost } from './agents.ts';
import type { Host } from './host.ts';
import { RemotePeer } from './remote-peer.ts';
import { agentService, holderService, type RunParts, type ServiceSpec } from './services.ts';
import { SwarmAddresses } from './swarm-addresses.ts';
import { clearAbandonedRuns, clearSwarmRun } from './swarm-clearing.ts';
import { swarmLabelsOf } from './swarm-labels.ts';
import { runningTasks, type Task } from './tasks.ts';

/** See the head of this file. */
export class SwarmFleet {
  readonly agents: Agents;
  readonly addresses: SwarmAddresses;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #hostOf: ReadonlyMap<number, Host>;
  /** Peers whose files are in their containers. */
  readonly #furnished = new Set<number>();

  constructor(plan: Plan, ips: readonly string[], agents: Agents) {
    this.agents = agents;
    this.addresses = new SwarmAddresses(ips);
    this.#numbers = new Map(plan.peers.map(({ name }, number) => [name, number]));
    this.#hostOf = new Map(
      agents.hosts.flatMap((host) => [...host.ips.keys()].map((peer) => [peer, host] as const)),
    );
  }

  /** Starts a peer in its container. */
  async startPeer(name: string, options: LivePeerOptions): Promise<LivePeer> {
    const number = this.#numbers.get(name)!;
    const isNew = !this.#furnished.has(number);
    const host = this.#hostOf.get(number)!;
    const peer = await RemotePeer.start(name, number, host, isNew, options);
    this.#furnished.add(number);
    return peer;
  }
}

/**
 * Lets `body` have a fleet for a plan, and removes everything when it is through. Rejects with a `RunError` when the
 * swarm does not give what is needed, or does not take it back.
 */
export async function withFleet(
  engine: Engine,
  plan: Plan,
  signal: AbortSignal,
  body: (fleet: SwarmFleet) => Promise<void>,
): Promise<void> {
  const names = await nodeNames(engine);
  const image = await findImage(engine);
  await clearAbandonedRuns(engine);
  const run = randomUUID().slice(0, 8);
  try {
    const parts = await makeParts(engine, run, image);
    const { ips, found } = await startServices(engine, parts, plan, names, signal);
    const agents = await Agents.call(engine, parts, found, signal);
    try {
      await body(new SwarmFleet(plan, ips, agents));
    } finally {
      await agents.end();
    }
  } catch (error) {
    if (error instanceof RunError || !('statusCode' in (error as object))) throw error;
    throw new RunError(`The swarm refused: ${engineComplaint(error)}.`, { cause: error });
  } finally {
    await close(engine, run);
  }
}

async function close(engine: Engine, run: string): Promise<void> {
  try {
    await clearSwarmRun(engine, run);
  } catch (error) {
    throw new RunError(
      `The swarm did not remove what is labelled imagemesh.swarm.run=${run}: ${engineComplaint(error)}.`,
      { cause: error },
    );
  }
}

/** Names of the hosts that take containers, by what the swarm calls them. */
async function nodeNames(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const { Swarm } = (await engine.info()) as { Swarm?: { ControlAvailable?: boolean } };
  if (Swarm?.ControlAvailable !== true) {
    throw new RunError(
      'The Docker engine here manages no swarm; say with DOCKER_HOST where one does, or make one with docker swarm init.',
    );
  }
  const nodes = (await engine.listNodes()) as {
    ID: string;
    Description: { Hostname: string };
    Spec: { Availability: string };
    Status: { State: string };
  }[];
  const there = nodes.filter(
    ({ Spec, Status }) => Spec.Availability === 'active' && Status.State === 'ready',
  );
  return new Map(there.map(({ ID, Description }) => [ID, Description.Hostname]));
}

/**
 * The image of these sources that the manager has, by its digest: the same on all hosts, which fetch it from a registry
 * if the manager did. Rejects with a `RunError` when there is none.
 */
async function findImage(engine: Engine): Promise<string> {
  const { Id, RepoDigests } = await engine.getImage(await findPeerImage(engine)).inspect();
  return RepoDigests?.[0] ?? Id;
}

async function makeParts(engine: Engine, run: string, image: string): Promise<RunParts> {
  const labels = swarmLabelsOf(run);
  const network = await engine.createNetwork({
    Name: `imagemesh-${run}`,
    Driver: 'overlay',
    Attachable: true,
    Labels: { ...labels },
  });
  const token = randomBytes(24).toString('hex');
  return { run, labels, image, networkId: network.id, token };
}

async function startServices(
  engine: Engine,
  parts: RunParts,
  { scenario, peers }: Plan,
  names: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<{ ips: string[]; found: FoundHost[] }> {
  const start = async (spec: ServiceSpec, what: string, count: number): Promise<Task[]> => {
    const { id } = await engine.createService(spec);
    return await runningTasks(engine, { id, what, count }, names, signal);
  };
  const starting = [
    start(agentService(parts), 'agents', names.size),
    ...scenario.groups.map(({ name, count }) =>
      start(holderService(parts, name, count), `peers of ${name}`, count),
    ),
  ];
  // Services that are still being made when one fails would be overlooked when all is removed.
  await Promise.allSettled(starting);
  const [agents = [], ...groups] = await Promise.all(starting);
  const tasks = groups.flatMap((ofGroup) => ofGroup.toSorted((a, b) => a.slot - b.slot));
  const found = agents.map(({ node, ip }) => ({
    name: names.get(node) ?? node,
    ip,
    peers: new Map(
      [...peers.keys()].flatMap((peer) =>
        tasks[peer]!.node === node ? [[peer, tasks[peer]!.ip] as const] : [],
      ),
    ),
  }));
  return { ips: tasks.map(({ ip }) => ip), found };
}
