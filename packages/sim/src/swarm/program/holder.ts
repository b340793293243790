/**
 * Holds the place of a peer: the first process of its container, which has the address of the peer and its files. The
 * peer is its child, so that it can be killed and started again where it was, which no task of a swarm can be.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isTemporaryName } from '@imagemesh/peer';
import { Child } from '../../runner/child.ts';
import type { EndOrders, HolderCommand, HolderEvent, PeerOrders } from '../messages.ts';
import type { LineLink } from './line-link.ts';

/** Where things are in a container. */
export interface HolderPlaces {
  /** The program of the peer. */
  readonly peer: string;
  readonly images: string;
}

/** See the head of this file. */
export class Holder {
  readonly #places: HolderPlaces;
  #link: LineLink | null = null;
  #child: Child | null = null;
  /** Files that it was writing when it was killed, in lives before. */
  readonly #excused = new Set<string>();

  constructor(places: HolderPlaces) {
    this.#places = places;
    mkdirSync(places.images, { recursive: true });
  }

  /** Obeys whoever is at the other end, and nobody who was there before. */
  obey(link: LineLink, before: string): void {
    this.#link?.end();
    this.#link = link;
    const onEnd = (): void => {
      if (this.#link === link) void this.abandon();
    };
    link.listen({ onLine: (line) => this.#hear(line), onEnd }, before);
  }

  /** Ends the peer, since nobody wants it any more. */
  async abandon(): Promise<void> {
    this.#link = null;
    await this.#child?.stop('SIGKILL');
  }

  #hear(line: string): void {
    if (line.startsWith('>')) return this.#child?.tell(line.slice(1));
    const command = JSON.parse(line) as HolderCommand;
    switch (command.do) {
      case 'image':
        // A name of the scenario, which has no folder in it.
        return writeFileSync(
          join(this.#places.images, basename(command.name)),
          Buffer.from(command.base64, 'base64'),
        );
      case 'empty':
        return this.#empty();
      case 'run':
        return void this.#run(command);
      case 'signal':
        return this.#child?.signal(command.signal);
      case 'end':
        return void this.#end(command);
    }
  }

  #empty(): void {
    const { images } = this.#places;
    // What is in it alone: the folder is a volume.
    for (const name of readdirSync(images)) rmSync(join(images, name), { recursive: true });
  }

  async #run({ args, isHeard }: PeerOrders): Promise<void> {
    // Two cannot listen on one port.
    await this.#child?.ended;
    const command = [process.execPath, this.#places.peer, ...args];
    const child = new Child(command, dirname(this.#places.images), {
      onLine: (line) => this.#link?.tell(`<${line}`),
      onCrash: (how) => {
        if (this.#child === child) this.#tell({ event: 'crash', how });
      },
      onOutput: isHeard ? (text) => this.#tell({ event: 'output', text }) : undefined,
    });
    this.#child = child;
  }

  async #end({ id, signal, withinMs }: EndOrders): Promise<void> {
    // One that stands still would not hear it.
    this.#child?.signal('SIGCONT');
    const isForced = (await this.#child?.stop(signal, withinMs)) ?? false;
    const left = this.#temporaryFiles();
    if (signal === 'SIGKILL') for (const name of left) this.#excused.add(name);
    this.#tell({ event: 'ended', id, isForced, temporaryFiles: left.length });
  }

  #temporaryFiles(): string[] {
    const { images } = this.#places;
    const names = existsSync(images) ? readdirSync(images).filter(isTemporaryName) : [];
    return names.filter((name) => !this.#excused.has(name));
  }

  #tell(event: HolderEvent): void {
    this.#link?.tell(JSON.stringify(event));
  }
}
