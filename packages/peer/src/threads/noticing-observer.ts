import type { PeerObserver } from '../core/observer.ts';

type Method = (...values: readonly never[]) => void;

/** All that an observer may be told. */
const METHODS: Readonly<Record<keyof PeerObserver, true>> = {
  onMessage: true,
  onReached: true,
  onLost: true,
  onSettled: true,
  onServed: true,
  onRefused: true,
  onAttempt: true,
  onFetched: true,
  onServingClosed: true,
};

/** An observer that hands all on to `observer`, and calls `onPeers` after each change of who is known. */
export function noticingObserver(observer: PeerObserver, onPeers: () => void): PeerObserver {
  const noticing: Record<string, Method> = {};
  for (const name of Object.keys(METHODS) as (keyof PeerObserver)[]) {
    const method = observer[name] as Method | undefined;
    if (method !== undefined) noticing[name] = method.bind(observer);
  }
  for (const name of ['onReached', 'onLost']) {
    const method = noticing[name];
    noticing[name] = (...values) => {
      method?.(...values);
      onPeers();
    };
  }
  return noticing;
}
