/** Gateway, agent and holder with a real peer, on the loopback address instead of a network of containers. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAddress } from '@imagemesh/peer';
import { makePicture } from '../../../src/picture/picture.ts';
import type { AgentCommand, AgentEvent, PeerEvent } from '../../../src/swarm/messages.ts';
import { Agent } from '../../../src/swarm/program/agent.ts';
import { DROP, Gateway } from '../../../src/swarm/program/gateway.ts';
import { Holder } from '../../../src/swarm/program/holder.ts';
import { serveLinks } from '../../../src/swarm/program/line-link.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const TOKEN = 'token';
const PEER = fileURLToPath(import.meta.resolve('@imagemesh/peer/p2p'));
const PICTURE = makePicture({ kind: 'png', sizeBytes: 3_000, seed: 1, number: 1 });

const root = temporaryFolder();

/** A lab that talks to one agent. */
class Lab {
  readonly images: string = join(mkdtempSync(join(root, 'holder-')), 'images');
  readonly heard: string[] = [];
  readonly #servers: Server[] = [];
  #holder: Holder | null = null;
  #gateway: Gateway | null = null;
  #look: () => void = () => {};

  async open(): Promise<void> {
    this.#holder = new Holder({ peer: PEER, images: this.images });
    const holderPort = await this.#serve((link, before) => this.#holder!.obey(link, before));
    const agent = new Agent(TOKEN, holderPort);
    const agentPort = await this.#serve((link, before) => agent.obey(link, before));
    this.#gateway = new Gateway(TOKEN, (text) => {
      this.heard.push(...text.trimEnd().split('\n'));
      this.#look();
    });
    void this.#gateway.keepCalling(0, '127.0.0.1', agentPort);
    await this.until((line) => line === '0 up' || undefined);
    await this.adopt();
  }

  async adopt(): Promise<void> {
    this.tell({ peer: 7, do: 'adopt', ip: '127.0.0.1' });
    await this.event('adopted');
  }

  tell(command: AgentCommand): void {
    this.say(JSON.stringify(command));
  }

  say(line: string): void {
    this.#gateway!.hear(`0 ${line}`);
  }

  async run(): Promise<number> {
    const args = ['0', '--control', '--host=127.0.0.1', `--images=${this.images}`, '--known=5'];
    this.tell({ peer: 7, do: 'run', args, isHeard: false });
    return (await this.event('listening')).address;
  }

  /** The first event of a kind that was not waited for yet. */
  async event<K extends PeerEvent['event']>(kind: K): Promise<Extract<PeerEvent, { event: K }>> {
    return await this.until((line) => {
      if (!line.startsWith('0 {')) return undefined;
      const event = JSON.parse(line.slice(2)) as AgentEvent;
      return event.event === kind
        ? (event as unknown as Extract<PeerEvent, { event: K }>)
        : undefined;
    });
  }

  /** Takes the first line that was heard, or will be, of which `find` makes something. */
  async until<T>(find: (line: string) => T | undefined): Promise<T> {
    for (;;) {
      for (const [place, line] of this.heard.entries()) {
        const found = find(line);
        if (found === undefined) continue;
        this.heard.splice(place, 1);
        return found;
      }
      await new Promise<void>((resolve) => (this.#look = resolve));
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    this.#gateway!.end();
    await this.#holder!.abandon();
  }

  async #serve(onLink: Parameters<typeof serveLinks>[2]): Promise<number> {
    const server = serveLinks(0, TOKEN, onLink);
    this.#servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
}

let lab: Lab;

beforeEach(async () => {
  lab = new Lab();
  await lab.open();
});
afterEach(() => lab.close());

test('a peer runs, is killed, and runs again with its files', async () => {
  const base64 = Buffer.from(PICTURE).toString('base64');
  lab.tell({ peer: 7, do: 'image', name: 'cat.png', base64 });
  await lab.run();
  expect(readdirSync(lab.images)).toEqual(['cat.png']);
  lab.tell({ peer: 7, do: 'end', id: 3, signal: 'SIGKILL', withinMs: 0 });
  expect(await lab.event('ended')).toMatchObject({ id: 3, temporaryFiles: 0 });
  await lab.run();
  lab.tell({ peer: 7, do: 'counts', id: 4 });
  expect((await lab.event('counts')).rssBytes).toBeGreaterThan(0);
});

test('a request is made when it is due by the clock of the agent, and not before', async () => {
  await lab.run();
  const dueMs = performance.now() + 50;
  lab.tell({ peer: 7, do: 'fetch', id: 1, name: 'dog.png', atMs: dueMs });
  const { answer } = await lab.event('answer');
  expect(answer).toMatchObject({ outcome: 'no-peers', attempts: [] });
  expect(answer!.arrivedMs).toBeGreaterThanOrEqual(dueMs);
});

test('a file that arrives is hashed where it is', async () => {
  const other = new Lab();
  await other.open();
  const base64 = Buffer.from(PICTURE).toString('base64');
  other.tell({ peer: 7, do: 'image', name: 'cat.png', base64 });
  const owner = await other.run();
  await lab.run();
  const text = `127.0.0.1:${owner % 65_536}`;
  expect(parseAddress(text)).toBe(owner);
  lab.tell({ peer: 7, do: 'start', peers: [text] });
  expect(await lab.event('reached')).toMatchObject({ address: owner });
  lab.tell({ peer: 7, do: 'fetch', id: 1, name: 'cat.png', atMs: 0 });
  const { answer } = await lab.event('answer');
  expect(answer).toMatchObject({ outcome: 'found', from: owner, sizeBytes: PICTURE.length });
  expect(answer!.sha256).toMatch(/^[0-9a-f]{64}$/);
  await other.close();
});

test('a peer that ends by itself is told, and what it was asked has no answer', async () => {
  await lab.run();
  lab.tell({ peer: 7, do: 'signal', signal: 'SIGSTOP' });
  lab.tell({ peer: 7, do: 'fetch', id: 1, name: 'dog.png', atMs: 0 });
  lab.tell({ peer: 7, do: 'end', id: 2, signal: 'SIGKILL', withinMs: 0 });
  expect(await lab.event('answer')).toMatchObject({ id: 1, answer: null });
  await lab.event('ended');
});

test('an agent that is called anew has nothing that runs, and what it held is there', async () => {
  await lab.run();
  lab.say(DROP);
  await lab.until((line) => line === '0 down' || undefined);
  await lab.until((line) => line === '0 up' || undefined);
  await lab.adopt();
  lab.tell({ peer: 7, do: 'fetch', id: 1, name: 'dog.png', atMs: 0 });
  expect(await lab.event('answer')).toMatchObject({ answer: null });
  await lab.run();
});

test('files are thrown away when a peer is to lose them', async () => {
  lab.tell({ peer: 7, do: 'image', name: 'cat.png', base64: '' });
  lab.tell({ peer: 7, do: 'empty' });
  await lab.run();
  expect(readdirSync(lab.images)).toEqual([]);
});

test('an agent tells its time', async () => {
  const beforeMs = performance.now();
  lab.tell({ do: 'ping', id: 9 });
  const pong = await lab.until((line) =>
    line.includes('pong') ? (JSON.parse(line.slice(2)) as { id: number; atMs: number }) : undefined,
  );
  expect(pong.id).toBe(9);
  expect(pong.atMs).toBeGreaterThanOrEqual(beforeMs);
});
