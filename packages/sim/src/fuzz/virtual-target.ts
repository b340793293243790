/**
 * A peer of ours in a virtual world of two hosts, the peer and the fuzzer, made anew for each batch. It must come to
 * rest by itself: when nothing will ever happen any more, it may hold no connection and watch no deadline.
 */
import {
  DEFAULT_LIMITS,
  Peer,
  type CloseCause,
  type Connection,
  type ConnectionHandler,
  type FetchResult,
  type HostHandler,
  type PeerObserver,
} from '@imagemesh/peer';
import { hash } from 'node:crypto';
import { Content } from '../virtual/content.ts';
import { addressOf } from '../virtual/host-address.ts';
import type { VirtualHost } from '../virtual/virtual-host.ts';
import { World } from '../virtual/world.ts';
import { joined, type Batch, type Stream } from './batch.ts';
import type { FuzzImages } from './fuzz-images.ts';
import type { Close, Heard } from './judge.ts';
import { latin1 } from './plain-answer.ts';
import type { Observation, Target } from './target.ts';

const NETWORK = {
  latencyUs: 1_000,
  jitterUs: 0,
  bandwidthBytesPerSecond: 0,
  loss: 0,
  segments: 'natural',
} as const;

/** A batch takes some hundreds; a peer that has not come to rest by then never will. */
const MOST_EVENTS = 50_000;

/** Its port is announced in greetings as others do it. */
const PORT = 9_000;

const CLOSES: Readonly<Record<CloseCause, Close>> = {
  end: 'end',
  reset: 'reset',
  refused: 'refused',
  timeout: 'reset',
  protocol: 'reset',
};

/** See the head of this file. */
export class VirtualTarget implements Target {
  readonly #images: FuzzImages;
  readonly #contents: ReadonlyMap<string, Content>;

  constructor(images: FuzzImages) {
    this.#images = images;
    this.#contents = new Map([...images].map(([name, bytes]) => [name, Content.of(bytes)]));
  }

  play(batch: Batch): Promise<Observation> {
    return Promise.resolve(new VirtualBatch(batch, this.#images, this.#contents).run());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One batch, played once. */
class VirtualBatch implements HostHandler {
  readonly #batch: Batch;
  readonly #images: FuzzImages;
  readonly #world = new World(1, NETWORK);
  readonly #host: VirtualHost;
  readonly #peer: Peer;
  readonly #calls: Speaker[] = [];
  readonly #marks = new Set<string>();
  #replies = 0;
  #fetched: FetchResult | null = null;

  constructor(batch: Batch, images: FuzzImages, contents: ReadonlyMap<string, Content>) {
    this.#batch = batch;
    this.#images = images;
    for (const [name, content] of contents) this.#world.catalog.add(name, content);
    this.#host = this.#world.addHost([...images.keys()]);
    this.#peer = new Peer(this.#host, DEFAULT_LIMITS, this.#observer());
    this.#host.handler = this.#peer;
    this.#world.addHost([]).handler = this;
  }

  /** The peer calls back: a greeting, or the fetch. What is not foreseen is ended without a word. */
  onAccept(connection: Connection): ConnectionHandler {
    const stream = this.#batch.replies[this.#replies++] ?? NOTHING;
    const speaker = new Speaker(this.#world, stream);
    speaker.begin(connection);
    return speaker;
  }

  onAlarm(): void {}

  run(): Observation {
    const troubles: string[] = [];
    try {
      this.#begin();
      for (let events = 0; this.#world.step(); events++) {
        if (events < MOST_EVENTS) continue;
        troubles.push(`does not come to rest within ${MOST_EVENTS} events`);
        break;
      }
      if (troubles.length === 0) troubles.push(...this.#held(), ...this.#wrongFetch());
    } catch (error) {
      troubles.push(`throws: ${String(error)}`);
    }
    return { heard: this.#calls.map(heardBy), troubles, marks: [...this.#marks].sort() };
  }

  #begin(): void {
    this.#peer.start({ starts: [], announcePort: PORT });
    const [, fuzzer] = this.#world.hosts;
    for (const stream of this.#batch.calls) {
      const speaker = new Speaker(this.#world, stream);
      speaker.connection = fuzzer!.dial(addressOf(0), speaker);
      this.#calls.push(speaker);
    }
    const { fetch } = this.#batch;
    if (fetch === null) return;
    this.#peer.fetch(fetch, addressOf(1), (result) => {
      this.#fetched = result;
      this.#marks.add(`fetch ${result.outcome} ${result.attempts.map(({ outcome }) => outcome)}`);
    });
  }

  /** What a peer that is at rest still holds. */
  #held(): string[] {
    const { servingCount, fetchCount, greetingCount, deadlineCount } = this.#peer;
    const { openConnections } = this.#host;
    return [
      [servingCount, 'callers'],
      [fetchCount, 'fetches'],
      [greetingCount, 'greetings'],
      [deadlineCount, 'deadlines'],
      [openConnections, 'connections'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, noun]) => `holds ${count} ${noun} when all is over`);
  }

  /** A fetch must end, take what came as it should, and keep nothing but what came whole. */
  #wrongFetch(): string[] {
    const { fetch, replies } = this.#batch;
    if (fetch === null) return [];
    if (this.#fetched === null) return ['never ends its fetch'];
    const { outcome, image } = this.#fetched;
    // Nobody can make it call anybody else before the fetch has called.
    const wanted = outcomeOf(fetch, replies[0] ?? NOTHING, this.#images);
    if (wanted !== null && wanted !== outcome) {
      return [`ends its fetch with "${outcome}" where it was told what makes "${wanted}"`];
    }
    if (image === null) return [];
    const isTrue = replies.some((reply) => reply.ending !== 'reset' && brings(reply, image.sha256));
    return isTrue ? [] : [`keeps ${image.sizeBytes} bytes that nobody sent whole`];
  }

  #observer(): PeerObserver {
    const mark = (what: string): void => void this.#marks.add(what);
    return {
      onMessage: (type, isSent) => mark(`${isSent ? 'sent' : 'got'} ${type}`),
      onRefused: (_, code) => mark(`refused ${code}`),
      onReached: () => mark('reached'),
      onLost: () => mark('lost'),
      onServingClosed: (_, cause) => mark(`served ${cause}`),
    };
  }
}

const NOTHING: Stream = { pieces: [], pauseMs: 0, ending: 'end' };

/** A reply that takes less is late for nothing. */
const PROMPT_MS = 5_000;

/** A longer denial is none (docs/protocol.md). */
const MOST_DENIAL_BYTES = 16 * 1_024;

/** How a fetch must end that hears this; null: there is more than one way. */
function outcomeOf(
  fetch: string,
  { pieces, pauseMs, ending }: Stream,
  images: FuzzImages,
): FetchResult['outcome'] | null {
  if (ending !== 'end' || pauseMs * pieces.length > PROMPT_MS) return null;
  const said = Buffer.concat(pieces);
  if (latin1(said).startsWith('ERR:')) {
    return said.length <= MOST_DENIAL_BYTES ? 'not-found' : null;
  }
  if (!latin1(said).startsWith('RES: ')) return null;
  const isOfType = (name: string): boolean => name.endsWith('.jpg') === fetch.endsWith('.jpg');
  const body = said.subarray('RES: '.length);
  return [...images].some(([name, bytes]) => isOfType(name) && body.equals(bytes)) ? 'found' : null;
}

/** Whether a reply is an image with these bytes; the space behind `RES:` may be missing. */
function brings(reply: Stream, sha256: string): boolean {
  const bytes = joined(reply);
  if (!latin1(bytes).startsWith('RES:')) return false;
  return [4, 5].some((from) => hash('sha256', bytes.subarray(from)) === sha256);
}

function heardBy({ received, close }: Speaker): Heard {
  return { reply: Buffer.concat(received), close };
}

/** Says a stream on one connection, and remembers what comes back. */
class Speaker implements ConnectionHandler {
  readonly #world: World;
  readonly #stream: Stream;
  connection!: Connection;
  readonly received: Uint8Array[] = [];
  close: Close = 'left';
  /** When all is said. */
  #saidUs = 0;

  constructor(world: World, stream: Stream) {
    this.#world = world;
    this.#stream = stream;
  }

  /** Plans all that will be said on an open connection. */
  begin(connection: Connection): void {
    this.connection = connection;
    const { pieces, pauseMs, ending } = this.#stream;
    const pauseUs = pauseMs * 1_000;
    this.#saidUs = this.#world.nowUs + pieces.length * pauseUs;
    pieces.forEach((piece, i) => this.#at(i * pauseUs, () => connection.write(piece)));
    if (ending === 'wait') return;
    this.#at(pieces.length * pauseUs, () => {
      if (ending === 'end') connection.end();
      else connection.destroy('protocol');
    });
  }

  onOpen(): void {
    this.begin(this.connection);
  }

  onData(bytes: Uint8Array): void {
    this.received.push(bytes);
  }

  /** A peer that asks ends its side behind its request: what is to be said is said all the same. */
  onEnd(): void {
    this.#at(Math.max(0, this.#saidUs - this.#world.nowUs), () => this.connection.end());
  }

  onDrain(): void {}
  onImageSent(): void {}
  onBody(): void {}
  onBodyFailed(): void {}

  onClose(cause: CloseCause): void {
    if (cause !== 'protocol') this.close = CLOSES[cause];
  }

  #at(inUs: number, action: () => void): void {
    this.#world.at(this.#world.nowUs + inUs, action);
  }
}
