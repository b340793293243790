/** The thread of a relay: carries out what `RelayThread` tells it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Heal } from '../fault/trouble.ts';
import { Relay } from './relay.ts';
import type { RelayAnswer, RelayCommand, RelayThreadData } from './relay-command.ts';

const { seed, network, callsFrom } = workerData as RelayThreadData;
const relay = new Relay(seed, network, callsFrom);
const heals = new Map<number, Heal>();

parentPort!.on('message', (command: RelayCommand) => void obey(command));

async function obey(command: RelayCommand): Promise<void> {
  switch (command.do) {
    case 'attach':
      return await attach(command);
    case 'route':
      return relay.route(command.peer, command.address);
    case 'add-rule':
      heals.set(command.rule, relay.addLinkRule(command.links, command.what));
      return;
    case 'remove-rule':
      heals.get(command.rule)?.();
      heals.delete(command.rule);
      return;
    case 'reset-stranded':
      return relay.resetStranded(command.peer);
    case 'settle':
      return answer({ id: command.id, problem: null, address: 0 });
    case 'close':
      await relay.close();
      answer({ id: command.id, problem: null, address: 0 });
      parentPort!.close();
  }
}

async function attach(command: Extract<RelayCommand, { do: 'attach' }>): Promise<void> {
  const { id, peer, address, ownIp } = command;
  try {
    answer({ id, problem: null, address: await relay.attach(peer, address, ownIp) });
  } catch (error) {
    answer({ id, problem: (error as Error).message, address: 0 });
  }
}

function answer(what: RelayAnswer): void {
  parentPort!.postMessage(what);
}
