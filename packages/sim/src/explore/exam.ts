/**
 * What a plain program would hear from a peer when a run is over. Our own peers read messages in more than one form, so
 * that none of them notices one that is not as the protocol has it.
 */
import { encodeRequest, Session, type Address, type Connection } from '@imagemesh/peer';
import { imageName, isOurs, type Plan } from '../plan/plan.ts';
import type { VirtualHost } from '../virtual/virtual-host.ts';
import type { VirtualRun } from '../virtual/virtual-run.ts';

/** An answer is there by then, whatever the network; otherwise it is not judged. */
const PATIENCE_US = 20_000_000;

/** Likewise after so many events of the world. */
const MOST_EVENTS = 100_000;

/** So much of an answer tells its form. */
const HEARD_BYTES = 4_096;

const GREETING = Buffer.from('HELLO');
const LIST = /^PEERS: (\d+(\.\d+){3}:\d+( \d+(\.\d+){3}:\d+)*)?$/;
const ANSWER = /^(RES|ERR): /;

/** Asks the first peer of ours that is up for its list and for an image. Null: its answers are well-formed. */
export function examine(run: VirtualRun, plan: Plan): string | null {
  const number = plan.peers.findIndex((peer, index) => isOurs(peer) && isUp(run, index));
  if (number < 0) return null;
  run.rest();
  const { address } = run.world.hosts[number]!;
  const caller = run.world.addHost([]);
  caller.handler = { onAccept: () => new Deaf(), onAlarm: () => {} };
  const list = heard(run, caller, address, GREETING);
  if (list !== '' && !LIST.test(list)) return `a list is sent as ${shown(list)}`;
  const request = Buffer.from(encodeRequest(imageName(plan, plan.images.length > 0 ? 0 : -1)));
  const answer = heard(run, caller, address, request);
  return answer === '' || ANSWER.test(answer) ? null : `an answer is sent as ${shown(answer)}`;
}

function isUp({ world }: VirtualRun, index: number): boolean {
  const host = world.hosts[index]!;
  return host.end === null && !host.isPaused;
}

/** Only the first word, with what divides it from the rest, which differs from run to run. */
function shown(text: string): string {
  return JSON.stringify(/^[A-Za-z]*:? ?/.exec(text)![0]);
}

/** The beginning of the answer to a request, one character a byte; empty where none came. */
function heard(run: VirtualRun, caller: VirtualHost, address: Address, request: Buffer): string {
  const probe = new Probe(caller, address, request);
  run.advanceUntil(() => probe.isOver, PATIENCE_US, MOST_EVENTS);
  probe.leave();
  return probe.isWhole ? probe.text : '';
}

/** Says one thing and listens. */
class Probe extends Session {
  isOver = false;
  /** Whether what was heard is all, or enough. */
  isWhole = false;
  text = '';
  readonly #request: Buffer;
  readonly #connection: Connection;

  constructor(caller: VirtualHost, address: Address, request: Buffer) {
    super();
    this.#request = request;
    this.#connection = caller.dial(address, this);
  }

  leave(): void {
    if (!this.isOver) this.#connection.destroy('timeout');
  }

  override onOpen(): void {
    this.#connection.write(this.#request);
  }

  override onData(bytes: Uint8Array): void {
    if (this.text.length < HEARD_BYTES) this.text += Buffer.from(bytes).toString('latin1');
  }

  override onEnd(): void {
    this.isWhole = true;
    this.#connection.end();
  }

  override onDeadline(): void {}

  override onClose(): void {
    this.isOver = true;
  }
}

/** Nobody is to call the caller; who does hears nothing. */
class Deaf extends Session {
  override onDeadline(): void {}
  override onClose(): void {}
}
