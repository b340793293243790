import type {
  BodyProblem,
  CloseCause,
  Connection,
  ConnectionHandler,
  Host,
  HostHandler,
  ReceivedBody,
} from '../../src/core/host.ts';
import type { Address } from '../../src/protocol/address.ts';
import { joined } from '../pieces.ts';

/** Is true while the test is inside a call to the host: no handler may be called then. */
let isCalling = false;
/** What was called inside a call, against the first rule. */
export const violations: string[] = [];

/** Forgets what went wrong in the test before. */
export function watchCalls(): void {
  isCalling = false;
  violations.length = 0;
}

/** Calls the host. */
export function call<T>(act: () => T): T {
  isCalling = true;
  try {
    return act();
  } finally {
    isCalling = false;
  }
}

/** Says that a handler is called. */
export function called(what: string): void {
  if (isCalling) violations.push(`${what} inside a call`);
}

/** What a test does in the place of a handler. */
export type Hooks = { -readonly [K in keyof ConnectionHandler]?: ConnectionHandler[K] };

/** Records what a connection's handler is told, and runs the test's own code in it. */
export class Recorder implements ConnectionHandler {
  connection!: Connection;
  readonly on: Hooks;
  readonly events: string[] = [];
  readonly pieces: Uint8Array[] = [];
  readonly copies: Uint8Array[] = [];
  cause: CloseCause | null = null;

  constructor(on: Hooks = {}) {
    this.on = on;
  }

  get received(): Uint8Array {
    return joined(this.pieces);
  }

  get isClosed(): boolean {
    return this.cause !== null;
  }

  onOpen(): void {
    this.#note('open');
    this.on.onOpen?.();
  }

  onData(bytes: Uint8Array): void {
    if (this.events.at(-1) !== 'data') this.#note('data');
    else called('data');
    this.pieces.push(bytes);
    // Not `slice`, which for a Buffer is a view.
    this.copies.push(new Uint8Array(bytes));
    this.on.onData?.(bytes);
  }

  onEnd(): void {
    this.#note('end');
    this.on.onEnd?.();
  }

  onDrain(): void {
    this.#note('drain');
    this.on.onDrain?.();
  }

  onImageSent(): void {
    this.#note('image-sent');
    this.on.onImageSent?.();
  }

  onBody(body: ReceivedBody): void {
    this.#note('body');
    this.on.onBody?.(body);
  }

  onBodyFailed(problem: BodyProblem): void {
    this.#note(`body-failed ${problem}`);
    this.on.onBodyFailed?.(problem);
  }

  onClose(cause: CloseCause): void {
    this.#note(`close ${cause}`);
    this.cause = cause;
    this.on.onClose?.(cause);
  }

  #note(event: string): void {
    called(event);
    this.events.push(event);
  }
}

/** Accepts everybody, with the hooks that the test gives. */
export class Acceptor implements HostHandler {
  readonly accepted: Recorder[] = [];
  alarms: number[] = [];
  hooks: (recorder: Recorder) => Hooks;
  onAlarmRings: () => void = () => {};

  constructor(hooks: (recorder: Recorder) => Hooks = () => ({})) {
    this.hooks = hooks;
  }

  onAccept(connection: Connection): ConnectionHandler {
    called('accept');
    const recorder = new Recorder();
    recorder.connection = connection;
    Object.assign(recorder.on, this.hooks(recorder));
    this.accepted.push(recorder);
    return recorder;
  }

  onAlarm(): void {
    called('alarm');
    this.onAlarmRings();
  }
}

/** Dials with a recorder that has these hooks. */
export function dial(host: Host, address: Address, hooks: (recorder: Recorder) => Hooks): Recorder {
  const recorder = new Recorder();
  Object.assign(recorder.on, hooks(recorder));
  recorder.connection = call(() => host.dial(address, recorder));
  return recorder;
}
