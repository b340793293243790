import type { PeerObserver } from '../src/core/observer.ts';
import { DEFAULT_LIMITS, type PeerLimits } from '../src/core/options.ts';
import { Peer } from '../src/core/peer.ts';
import { RecordingHost } from './recording-host.ts';

/** One second, in the host's unit. */
export const SECOND = 1_000_000;

/** A peer on a recording host, and what it has reported. */
export interface RecordedPeer {
  readonly host: RecordingHost;
  readonly peer: Peer;
  readonly log: string[];
}

/** Makes a peer; it has not been started. */
export function recordedPeer(limits: Partial<PeerLimits> = {}): RecordedPeer {
  const host = new RecordingHost();
  const log: string[] = [];
  const observer: PeerObserver = {
    onReached: (address) => log.push(`reached ${address}`),
    onLost: (address) => log.push(`lost ${address}`),
    onSettled: () => log.push('settled'),
    onRefused: (_remote, code) => log.push(code),
    onServed: (_remote, name, sizeBytes) => log.push(`served ${name} ${sizeBytes}`),
    onServingClosed: (_remote, cause) => log.push(`closed ${cause}`),
    onMessage: (type, isSent) => log.push(`${isSent ? 'sent' : 'got'} ${type}`),
  };
  const peer = new Peer(host, { ...DEFAULT_LIMITS, ...limits }, observer);
  host.handler = peer;
  return { host, peer, log };
}

/** What the peer asked `address`, connection by connection. */
export function requestsTo(host: RecordingHost, address: number): string[] {
  return host.dialled.filter((one) => one.remote === address).map((one) => one.text);
}

/** When the peer dialled `address`. */
export function dialTimes(host: RecordingHost, address: number): number[] {
  return host.dialled.filter((one) => one.remote === address).map((one) => one.sinceUs);
}
