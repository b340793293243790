/** All that a run has with an engine: a network, and a container for each peer of ours. It leaves nothing behind. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { RunError } from '../result/run-error.ts';
import type { LivePeer, LivePeerOptions } from '../runner/live-peer.ts';
import { controlArguments } from '../runner/own-process-peer.ts';
import { clearAbandoned, clearRun } from './clearing.ts';
import { ContainerAddresses } from './container-addresses.ts';
import { imagesArchive, IMAGES_PATH } from './container-files.ts';
import { startContainerPeer, type ContainerLife } from './container-peer.ts';
import { Container } from './container.ts';
import { engineComplaint, type Engine } from './engine.ts';
import { labelsOf, type Labels } from './labels.ts';
import { findPeerImage, PEER_USER } from './peer-image.ts';
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
    await clearAbandoned(engine);
    const run = randomUUID().slice(0, 8);
    const network = await RunNetwork.make(engine, `imagemesh-${run}`, labelsOf(run));
    return new Fleet(engine, image, run, network, plan);
  }

  /** Starts a peer in a container of its own; a peer that was there before in the one that it had. */
  async startPeer(name: string, options: LivePeerOptions): Promise<LivePeer> {
    const before = this.#lives.get(name);
    const isLost = before === undefined || options.isEmptied;
    if (isLost) await before?.container.remove();
    const life = isLost ? await this.#makeLife(name, options) : before;
    this.#lives.set(name, life);
    return await startContainerPeer(name, life, options);
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

  async #makeLife(name: string, options: LivePeerOptions): Promise<ContainerLife> {
    const images = imagesArchive(join(options.folder, 'images'), PEER_USER);
    const address = { IPAMConfig: { IPv4Address: options.host } };
    const container = await Container.create(
      this.#engine,
      {
        Image: this.#image,
        name: `imagemesh-${this.#run}-${name}`,
        Hostname: name,
        User: `${PEER_USER}:${PEER_USER}`,
        Cmd: controlArguments(options, IMAGES_PATH),
        WorkingDir: '/lab',
        Labels: { ...this.#labels, 'imagemesh.peer': name },
        // What the lab asks it is the check of its health.
        Healthcheck: { Test: ['NONE'] },
        HostConfig: {
          NetworkMode: this.#network.id,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          LogConfig: { Type: 'none', Config: {} },
        },
        NetworkingConfig: { EndpointsConfig: { [this.#network.id]: address } },
      },
      images,
    );
    return { container, excused: new Set() };
  }
}
