/** All that a run has with an engine: a network, and a container for each peer of ours. It leaves nothing behind. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { formatAddress, makeAddress, parseIp } from '@imagemesh/peer';
import { RunError } from '../result/run-error.ts';
import { commandOf, type ForeignPeerOptions } from '../runner/foreign-peer.ts';
import type { LivePeer, LivePeerOptions } from '../runner/live-peer.ts';
import { controlArguments } from '../runner/own-process-peer.ts';
import { clearAbandoned, clearRun } from './clearing.ts';
import { ContainerAddresses } from './container-addresses.ts';
import { imagesArchive, IMAGES_PATH } from './container-files.ts';
import { startImagePeer } from './image-peer.ts';
import { startContainerPeer, type ContainerLife } from './container-peer.ts';
import { Container, type ContainerOptions } from './container.ts';
import { engineComplaint, type Engine } from './engine.ts';
import { labelsOf, type Labels } from './labels.ts';
import { ensureImage, findPeerImage, PEER_USER } from './peer-image.ts';
import { RunNetwork } from './run-network.ts';

/** See the head of this file. */
export class Fleet {
  readonly addresses: ContainerAddresses;
  readonly #engine: Engine;
  /** The id of the image of our own peers. */
  readonly #image: string;
  readonly #run: string;
  readonly #labels: Labels;
  readonly #network: RunNetwork;
  /** Containers by the names of their peers. */
  readonly #lives = new Map<string, ContainerLife>();

  private constructor(engine: Engine, image: string, run: string, network: RunNetwork, plan: Plan) {
    this.#engine = engine;
    this.#image = image;
    this.#run = run;
    this.#labels = labelsOf(run);
    this.#network = network;
    this.addresses = new ContainerAddresses(plan, network);
  }

  /** Clears what killed labs have left and makes the network. Rejects with a `RunError` when that cannot be done. */
  static async open(engine: Engine, plan: Plan): Promise<Fleet> {
    const image = await findPeerImage(engine);
    for (const { name, image: other } of plan.scenario.groups) {
      if (other !== undefined) await ensureImage(engine, other, name);
    }
    await clearAbandoned(engine);
    const run = randomUUID().slice(0, 8);
    const network = await RunNetwork.make(engine, `imagemesh-${run}`, labelsOf(run));
    return new Fleet(engine, image, run, network, plan);
  }

  /** Starts a peer in a container of its own; a peer that was there before in the one that it had. */
  async startPeer(name: string, options: LivePeerOptions): Promise<LivePeer> {
    const life = await this.#lifeOf(name, options, {
      Image: this.#image,
      Cmd: controlArguments(options, IMAGES_PATH),
      User: `${PEER_USER}:${PEER_USER}`,
      // What the lab asks it is the check of its health.
      Healthcheck: { Test: ['NONE'] },
    });
    return await startContainerPeer(name, life, options);
  }

  /** The same for a peer that is somebody else's image; `image` is not null. */
  async startImage(name: string, options: ForeignPeerOptions): Promise<LivePeer> {
    const address = makeAddress(parseIp(options.host)!, options.port);
    const life = await this.#lifeOf(name, options, {
      Image: options.image!,
      Cmd: commandOf({ ...options, address }, IMAGES_PATH),
      Env: [
        `P2P_HOST=${options.host}`,
        `P2P_PORT=${options.port}`,
        `P2P_PEERS=${options.starts.map(formatAddress).join(',')}`,
        `P2P_IMAGES=${IMAGES_PATH}`,
      ],
    });
    return await startImagePeer(name, life.container, address, options);
  }

  /** Removes everything. Rejects with a `RunError` when the engine cannot. */
  async close(): Promise<void> {
    try {
      await clearRun(this.#engine, this.#run);
    } catch (error) {
      throw new RunError(
        `The engine did not remove what is labelled imagemesh.run=${this.#run}: ${engineComplaint(error)}.`,
        { cause: error },
      );
    }
  }

  /** The container that it had, or a new one when it has none or has lost its files. */
  async #lifeOf(
    name: string,
    options: LivePeerOptions,
    program: ContainerOptions,
  ): Promise<ContainerLife> {
    const before = this.#lives.get(name);
    if (before !== undefined && !options.isEmptied) return before;
    await before?.container.remove();
    const life = await this.#makeLife(name, options, program);
    this.#lives.set(name, life);
    return life;
  }

  async #makeLife(
    name: string,
    options: LivePeerOptions,
    program: ContainerOptions,
  ): Promise<ContainerLife> {
    const isOwn = program.Image === this.#image;
    const images = imagesArchive(join(options.folder, 'images'), isOwn ? PEER_USER : null);
    const address = { IPAMConfig: { IPv4Address: options.host } };
    const container = await Container.create(
      this.#engine,
      {
        ...program,
        name: `imagemesh-${this.#run}-${name}`,
        Hostname: name,
        WorkingDir: '/lab',
        Labels: { ...this.#labels, 'imagemesh.peer': name },
        HostConfig: {
          NetworkMode: this.#network.id,
          // Others may begin as root and hand that on to somebody else.
          CapDrop: isOwn ? ['ALL'] : [],
          SecurityOpt: ['no-new-privileges'],
          LogConfig: { Type: 'none', Config: {} },
        },
        NetworkingConfig: { EndpointsConfig: { [this.#network.id]: address } },
      },
      images,
    );
    return { container, excused: new Set(), told: new Map() };
  }
}
