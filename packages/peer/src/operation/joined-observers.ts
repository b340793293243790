import type { PeerObserver } from '../core/observer.ts';

type Method = (...values: readonly never[]) => void;

/** One observer that tells several, in their order; what none of them wants to know is not called at all. */
export function joinedObservers(observers: readonly PeerObserver[]): PeerObserver {
  const joined: Record<string, Method> = {};
  const names = new Set(observers.flatMap((each) => Object.keys(each)));
  for (const name of names) {
    const methods = observers.flatMap((each) => {
      const method = each[name as keyof PeerObserver] as Method | undefined;
      return method === undefined ? [] : [method.bind(each)];
    });
    joined[name] = methods.length === 1 ? methods[0]! : inTurn(methods);
  }
  return joined;
}

function inTurn(methods: readonly Method[]): Method {
  return (...values) => {
    for (const method of methods) method(...values);
  };
}
