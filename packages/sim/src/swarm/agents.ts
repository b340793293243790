/** The lab's end of the lines to all agents: a container on the network of the run, on the host of the manager. */
import { pack } from 'tar-stream';
import { Container } from '../docker/container.ts';
import { PEER_USER } from '../docker/peer-image.ts';
import type { Engine } from '../docker/engine.ts';
import type { LiveHosts, LiveHostsEvents } from '../runner/live-hosts.ts';
import { RunError } from '../result/run-error.ts';
import { Host } from './host.ts';
import { LineBatch } from './line-batch.ts';
import { PROGRAM, TOKEN_VARIABLE } from './messages.ts';
import { DOWN, DROP, UP } from './program/gateway.ts';
import type { RunParts } from './services.ts';

/** How often each host is asked for its time. */
const PING_MS = 500;

/** So long it may take until each agent has found its peers. */
const READY_MS = 60_000;

/** Requests are shipped so long before they are due. */
const LEAD_US = 500_000;

/** A host of the swarm as it is found: its name, its agent, and the peers on it. */
export interface FoundHost {
  readonly name: string;
  readonly ip: string;
  readonly peers: ReadonlyMap<number, string>;
}

/** See the head of this file. */
export class Agents implements LiveHosts {
  readonly leadUs: number = LEAD_US;
  readonly hosts: readonly Host[];
  readonly #gateway: Container;
  readonly #output: LineBatch;
  #pinging: NodeJS.Timeout | null = null;
  #isOver = false;

  private constructor(gateway: Container, found: readonly FoundHost[]) {
    this.#gateway = gateway;
    this.#output = new LineBatch((text) => gateway.tell(text.slice(0, -1)));
    this.hosts = found.map(({ name, peers }, number) => {
      const write = (line: string): void => this.#output.add(`${number} ${line}`);
      return new Host(name, peers, { write, drop: () => write(DROP) });
    });
  }

  /** Calls all agents. Rejects with a `RunError` when one does not find its peers in time. */
  static async call(
    engine: Engine,
    parts: RunParts,
    found: readonly FoundHost[],
    signal: AbortSignal,
  ): Promise<Agents> {
    const gateway = await makeGateway(engine, parts, found);
    const agents = new Agents(gateway, found);
    const { promise: crashed, reject } = Promise.withResolvers<never>();
    crashed.catch(() => {});
    try {
      await gateway.start({
        onLine: (line) => agents.#hear(line),
        onCrash: (how) => {
          agents.#allDown();
          reject(new RunError(`The way to the hosts of the swarm ${how}.`));
        },
      });
      agents.#pinging = setInterval(() => agents.#ping(), PING_MS);
      await Promise.race([agents.#ready(signal), crashed]);
      return agents;
    } catch (error) {
      // Its timer would keep the program alive.
      await agents.end();
      throw error;
    }
  }

  listen({ onLost, onBack }: LiveHostsEvents): void {
    for (const host of this.hosts) {
      host.listen({
        onLost: ({ name, ips }, heardMs) =>
          onLost([...ips.keys()], heardMs, `was on ${name}, which was lost`),
        onBack: ({ ips }) => onBack([...ips.keys()]),
      });
    }
  }

  takeWorstLagMs(): number {
    return Math.max(...this.hosts.map((host) => host.takeWorstLagMs()));
  }

  /** For how long nothing was heard of some host. */
  get silenceUs(): number {
    return 1_000 * Math.max(...this.hosts.map(({ silenceMs }) => silenceMs));
  }

  /** Hangs up. */
  async end(): Promise<void> {
    this.#isOver = true;
    if (this.#pinging !== null) clearInterval(this.#pinging);
    await this.#gateway.kill();
  }

  async #ready(signal: AbortSignal): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = (): void =>
      reject(new RunError('The run was interrupted while its agents were called.'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    const timer = setTimeout(() => reject(this.#late()), READY_MS);
    try {
      await Promise.race([Promise.all(this.hosts.map(({ ready }) => ready)), promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  #late(): RunError {
    const silent = this.hosts.filter(({ isReady }) => !isReady).map(({ name }) => name);
    return new RunError(
      `${silent.join(', ')} did not answer over the network of the swarm within ${READY_MS / 1_000} s; see whether ports 7946 (TCP, UDP) and 4789 (UDP) are open between the hosts.`,
    );
  }

  #hear(line: string): void {
    const end = line.indexOf(' ');
    const host = this.hosts[Number(line.slice(0, end))];
    const rest = line.slice(end + 1);
    if (this.#isOver || host === undefined) return;
    if (rest === UP) host.up();
    else if (rest === DOWN) host.down();
    else host.hear(rest);
  }

  #ping(): void {
    for (const host of this.hosts) host.ping();
    // An answer tells the time best that has not waited for others.
    this.#output.flush();
  }

  #allDown(): void {
    for (const host of this.hosts) host.down();
  }
}

async function makeGateway(
  engine: Engine,
  { run, labels, image, networkId, token }: RunParts,
  found: readonly FoundHost[],
): Promise<Container> {
  const nothing = pack();
  nothing.finalize();
  return await Container.create(
    engine,
    {
      Image: image,
      name: `imagemesh-${run}-gateway`,
      Labels: { ...labels },
      User: `${PEER_USER}:${PEER_USER}`,
      Entrypoint: ['node', PROGRAM, 'gateway', ...found.map(({ ip }) => ip)],
      Env: [`${TOKEN_VARIABLE}=${token}`],
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: networkId,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none', Config: {} },
      },
    },
    nothing as never,
  );
}
