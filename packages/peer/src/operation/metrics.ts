/**
 * The metrics, by prom-client, which is loaded when they are wanted. What is counted on the way is a number in
 * an object; the library sees it when somebody asks. So a message costs an addition.
 */
import type { Registry } from 'prom-client';
import type { AttemptOutcome } from '../core/asking.ts';
import type { FetchOutcome } from '../core/fetching.ts';
import type { CloseCause } from '../core/host.ts';
import { REFUSAL_CODES, type PeerObserver } from '../core/observer.ts';
import type { RunningPeer } from '../running-peer.ts';
import { LabelledCounts } from './labelled-counts.ts';

/** Seconds; the last is that of the largest image at a slow link. */
const DURATION_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300];

/** Labels that each of them is shown with from the start, so that a rate can be taken of the first event. */
const OUTCOMES: readonly FetchOutcome[] = ['found', 'not-found', 'no-peers', 'failed', 'cancelled'];
const DIRECTIONS = ['sent', 'received'] as const;
const MESSAGES = ['HELLO', 'PEERS', 'REQ', 'RES', 'ERR'] as const;

/** What has been counted; each a Prometheus counter. */
class Counts {
  readonly messages = new LabelledCounts(
    ['type', 'direction'],
    MESSAGES.flatMap((type) => DIRECTIONS.map((direction) => [type, direction])),
  );
  readonly refusals = new LabelledCounts(
    ['code'],
    REFUSAL_CODES.map((code) => [code]),
  );
  readonly closes = new LabelledCounts(['cause']);
  readonly fetches = new LabelledCounts(
    ['outcome'],
    OUTCOMES.map((outcome) => [outcome]),
  );
  readonly attempts = new LabelledCounts(['outcome']);
  readonly images = new LabelledCounts(
    ['direction'],
    DIRECTIONS.map((direction) => [direction]),
  );
  readonly imageBytes = new LabelledCounts(
    ['direction'],
    DIRECTIONS.map((direction) => [direction]),
  );
  readonly meetings = new LabelledCounts(['event'], [['reached'], ['lost']]);
}

/** See the head of this file. */
export class Metrics {
  readonly observer: PeerObserver;
  readonly #registry: Registry;

  private constructor(registry: Registry, observer: PeerObserver) {
    this.#registry = registry;
    this.observer = observer;
  }

  /**
   * Begins to count. `peer` is asked when the metrics are.
   * @param version of the program
   */
  static async open(peer: () => RunningPeer | null, version: string): Promise<Metrics> {
    const client = await import('prom-client');
    const registry = new client.Registry();
    client.collectDefaultMetrics({ register: registry });
    const counts = new Counts();
    const durations = new client.Histogram({
      name: 'p2p_transfer_duration_seconds',
      help: 'Time that whole images took, sent: from the moment that the image was found; received: from the dial.',
      labelNames: ['direction'],
      buckets: DURATION_BUCKETS,
      registers: [registry],
    });
    for (const direction of DIRECTIONS) durations.zero({ direction });
    registerCounts(client, registry, counts);
    registerStatus(client, registry, peer);
    const build = new client.Gauge({
      name: 'p2p_build_info',
      help: 'Always 1; the label says which version runs.',
      labelNames: ['version'],
      registers: [registry],
    });
    build.set({ version }, 1);
    const observer = observerOf(counts, (direction, elapsedUs) => {
      durations.observe({ direction }, elapsedUs / 1_000_000);
    });
    return new Metrics(registry, observer);
  }

  /** All of them in Prometheus's text format, and its content type. */
  async text(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  /** Name and help of each that is the peer's own, in their order. */
  async described(): Promise<{ name: string; type: string; help: string }[]> {
    const all = await this.#registry.getMetricsAsJSON();
    return all
      .filter(({ name }) => name.startsWith('p2p_'))
      .map(({ name, type, help }) => ({ name, type: String(type), help }));
  }
}

type Client = typeof import('prom-client');

function observerOf(
  counts: Counts,
  took: (direction: (typeof DIRECTIONS)[number], elapsedUs: number) => void,
): PeerObserver {
  const transferred = (
    direction: (typeof DIRECTIONS)[number],
    sizeBytes: number,
    elapsedUs: number,
  ): void => {
    counts.images.add(1, direction);
    counts.imageBytes.add(sizeBytes, direction);
    took(direction, elapsedUs);
  };
  return {
    onMessage: (type, isSent) => counts.messages.add(1, type, isSent ? 'sent' : 'received'),
    onReached: () => counts.meetings.add(1, 'reached'),
    onLost: () => counts.meetings.add(1, 'lost'),
    onServed: (_remote, _name, sizeBytes, elapsedUs) => transferred('sent', sizeBytes, elapsedUs),
    onRefused: (_remote, code) => counts.refusals.add(1, code),
    onAttempt: (_address, outcome: AttemptOutcome) => counts.attempts.add(1, outcome),
    onFetched: (_name, outcome, _from, sizeBytes, elapsedUs) => {
      counts.fetches.add(1, outcome);
      if (outcome === 'found') transferred('received', sizeBytes, elapsedUs);
    },
    onServingClosed: (_remote, cause: CloseCause) => counts.closes.add(1, cause),
  };
}

function registerCounts(client: Client, registry: Registry, counts: Counts): void {
  const register = (name: string, help: string, counted: LabelledCounts): void => {
    registry.registerMetric(
      new client.Counter({
        name,
        help,
        labelNames: [...counted.labels],
        registers: [],
        collect() {
          this.reset();
          for (const [labels, count] of counted.entries()) this.inc(labels, count);
        },
      }),
    );
  };
  register('p2p_messages_total', 'Messages of the protocol.', counts.messages);
  const refusals = 'Callers turned away or cut off, and what peers told and was not believed.';
  register('p2p_refusals_total', refusals, counts.refusals);
  register('p2p_connections_closed_total', 'Accepted connections that closed.', counts.closes);
  register('p2p_images_total', 'Images that went out or came in whole.', counts.images);
  register('p2p_image_bytes_total', 'The bytes of those images.', counts.imageBytes);
  register('p2p_fetches_total', 'Searches for an image, by how they ended.', counts.fetches);
  register('p2p_fetch_attempts_total', 'Peers asked for an image.', counts.attempts);
  register('p2p_peer_changes_total', 'Peers that answered first, or no more.', counts.meetings);
}

function registerStatus(client: Client, registry: Registry, peer: () => RunningPeer | null): void {
  const gauge = (name: string, help: string, read: (peer: RunningPeer) => number): void => {
    registry.registerMetric(
      new client.Gauge({
        name,
        help,
        registers: [],
        collect() {
          const running = peer();
          if (running !== null) this.set(read(running));
        },
      }),
    );
  };
  gauge('p2p_connections_open', 'Accepted connections.', (it) => it.status().accepted);
  gauge('p2p_fetches_open', 'Fetches under way.', (it) => it.status().fetches);
  gauge('p2p_greetings_open', 'Greetings under way.', (it) => it.status().greetings);
  gauge('p2p_peers_known', 'Peers in touch.', (it) => it.status().known);
  gauge('p2p_peers_candidates', 'Addresses heard of.', (it) => it.status().candidates);
  registerTraffic(client, registry, peer);
  registry.registerMetric(
    new client.Gauge({
      name: 'p2p_images_shared',
      help: 'Images in the folder that others can have.',
      registers: [],
      async collect() {
        const index = await peer()?.folder.index();
        this.set(index?.names().length ?? 0);
      },
    }),
  );
}

function registerTraffic(client: Client, registry: Registry, peer: () => RunningPeer | null): void {
  const seen = { sent: 0, received: 0 };
  registry.registerMetric(
    new client.Counter({
      name: 'p2p_network_bytes_total',
      help: 'Bytes on all connections.',
      labelNames: ['direction'],
      registers: [],
      collect() {
        const { sentBytes = 0, receivedBytes = 0 } = peer()?.status() ?? {};
        // What waited for a reader that went away was counted for a while; a counter must not fall.
        seen.sent = Math.max(seen.sent, sentBytes);
        seen.received = Math.max(seen.received, receivedBytes);
        this.reset();
        this.inc({ direction: 'sent' }, seen.sent);
        this.inc({ direction: 'received' }, seen.received);
      },
    }),
  );
}
