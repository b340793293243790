/**
 * One accepted connection: one request, one reply.
 *
 *   reading → (waiting →) looking up → replying → lingering → closed
 *
 * Since a plain caller does not say where its request ends, a request that may still grow is answered
 * as soon as nothing that could follow would change the answer: a bare `HELLO` gets its list whatever
 * comes behind it, and an image is sent, or denied, at once unless the folder holds another image
 * whose name begins with what has arrived. Only that last case waits, `graceUs` long. Bytes that come
 * after the answer are still read, so that a late `… 9002` of a greeting cut in two is understood, and
 * closing on unread bytes does not reset the connection under the caller's feet.
 *
 * From the look for an image until that has gone out the session holds a turn; while its address has too many
 * replies under way it waits for one.
 */
import { ipOf, makeAddress, type Address } from '../protocol/address.ts';
import { ERR_BAD_NAME, ERR_NOT_FOUND, ERR_UNREADABLE, RES } from '../protocol/message.ts';
import { RequestParser, type Request } from '../protocol/request-parser.ts';
import type { Deadlines } from './deadlines.ts';
import type { CloseCause, Connection, Host, ImageOpener, MissReason, StoredImage } from './host.ts';
import type { MessageType, PeerObserver, RefusalCode } from './observer.ts';
import type { PeerLimits } from './options.ts';
import { Session } from './session.ts';

/** What a serving session needs of its peer. */
export interface ServingOwner {
  readonly host: Host;
  readonly deadlines: Deadlines;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  /** The list of peers, ready to send. */
  peersMessage(): Uint8Array;
  /** The caller has said that it listens at this address. */
  onAnnounced(address: Address): void;
  /** Whether it may reply now; otherwise it waits, and `onTurn` is called when it may. */
  takeTurn(serving: Serving): boolean;
  /** One that had its turn has done, or is gone. */
  endTurn(serving: Serving): void;
  onServingEnd(serving: Serving): void;
}

/** See the head of this file. */
export class Serving extends Session implements ImageOpener {
  readonly connection: Connection;
  /** Place in its peer's list. Owned by the peer. */
  place: number;
  /** Whether it has its turn to reply. */
  hasTurn: boolean = false;
  /** Whether it has had to go to make room for another. */
  isCrowdedOut: boolean = false;
  readonly #owner: ServingOwner;
  readonly #parser: RequestParser = new RequestParser();
  #state: 'reading' | 'waiting' | 'looking-up' | 'replying' | 'lingering' | 'closed' = 'reading';
  /** More has arrived while an image was looked up. */
  #hasGrown = false;
  /** The caller has ended its side meanwhile. */
  #isCertain = false;
  #isGraceOver = false;
  #isAnnounced = false;
  #name = '';
  #imageBytes = 0;
  /** When the image was found. */
  #foundUs = 0;
  /** `bytesSent` at the last look, and at the one before it; -1: there was none. */
  #sentBefore = 0;
  #sentEarlier = -1;
  /** The request must be here by then, however slowly it grows. */
  readonly #readUntilUs: number;

  constructor(owner: ServingOwner, connection: Connection, place: number) {
    super();
    this.#owner = owner;
    this.connection = connection;
    this.place = place;
    this.#readUntilUs = owner.host.nowUs() + owner.limits.requestTimeoutUs;
    owner.deadlines.watch(this, this.#readUntilUs);
  }

  override onData(bytes: Uint8Array): void {
    if (this.connection.bytesReceived > this.#owner.limits.callerBytes) return this.#cutOffTalker();
    this.#parser.push(bytes);
    this.#arrived();
  }

  override onEnd(): void {
    this.#parser.end();
    // What is being looked up has not changed by that, it has only become certain.
    if (this.#state === 'looking-up') this.#isCertain = true;
    else this.#arrived();
  }

  /** Its turn to reply has come. */
  onTurn(): void {
    this.hasTurn = true;
    // More may have arrived meanwhile.
    this.#readAgain();
  }

  onImage(image: StoredImage): void {
    if (this.#state !== 'looking-up') return image.release();
    if (this.#hasGrown) {
      image.release();
      return this.#readAgain();
    }
    this.#imageBytes = image.sizeBytes;
    this.#foundUs = this.#owner.host.nowUs();
    this.#count('RES');
    this.connection.write(RES);
    this.connection.sendImage(image);
    this.connection.end();
    this.#state = 'replying';
    this.#watch(this.#owner.limits.stallUs);
  }

  onNoImage(reason: MissReason): void {
    if (this.#state !== 'looking-up') return;
    if (this.#hasGrown || (reason === 'ambiguous' && this.#isCertain)) return this.#readAgain();
    if (reason === 'ambiguous') {
      this.#state = 'reading';
      this.#waitForMore();
    } else if (reason === 'unreadable') {
      this.#refused('unreadable');
      this.#deny(ERR_UNREADABLE);
    } else {
      this.#deny(ERR_NOT_FOUND);
    }
  }

  override onImageSent(): void {
    const { host, observer } = this.#owner;
    const elapsedUs = host.nowUs() - this.#foundUs;
    observer.onServed?.(this.connection.remote, this.#name, this.#imageBytes, elapsedUs);
    this.#linger();
  }

  override onDeadline(): void {
    if (this.#state === 'replying') return this.#checkProgress();
    if (this.#state === 'reading') {
      const request = this.#parser.request();
      if (request.kind !== 'incomplete' && !this.#isGraceOver) {
        this.#isGraceOver = true;
        return this.#act(request);
      }
      this.#refused('request-timeout');
    }
    if (this.#state === 'waiting') this.#refused('too-many-replies');
    if (this.#state === 'looking-up') this.#refused('lookup-timeout');
    this.connection.destroy('timeout');
  }

  /** Somebody who has fewer connections needs the place of this one, which is not replying. */
  crowdOut(): void {
    this.isCrowdedOut = true;
    this.#refused('crowded-out');
    this.connection.destroy('refused');
  }

  override onClose(cause: CloseCause): void {
    this.#state = 'closed';
    this.#owner.deadlines.unwatch(this);
    this.#endTurn();
    this.#owner.observer.onServingClosed?.(this.connection.remote, cause);
    this.#owner.onServingEnd(this);
  }

  #arrived(): void {
    if (this.#state === 'looking-up') this.#hasGrown = true;
    else if (this.#state === 'waiting') return;
    else if (this.#state === 'reading') this.#act(this.#parser.request());
    else if (!this.#isAnnounced) this.#noteAnnouncement(this.#parser.request());
  }

  #readAgain(): void {
    this.#hasGrown = false;
    this.#state = 'reading';
    this.#act(this.#parser.request());
  }

  #act(request: Request): void {
    switch (request.kind) {
      case 'incomplete':
        return;
      case 'unknown':
        this.#refused('request-unknown');
        return this.#closeWithoutAWord();
      case 'too-long':
        this.#refused('request-too-long');
        return this.#closeWithoutAWord();
      case 'greeting':
        if (request.bare || request.complete || this.#isGraceOver) return this.#greet(request);
        return this.#waitForMore();
      case 'image':
        return this.#lookUp(request);
    }
  }

  #greet(request: Request): void {
    this.#count('HELLO', false);
    this.#noteAnnouncement(request);
    this.#count('PEERS');
    this.connection.write(this.#owner.peersMessage());
    this.connection.end();
    this.#linger();
  }

  // A port is believed only when nothing can follow it: `HELLO 900` may be half of `HELLO 9002`. The
  // IP address is the connection's own, never one from a message.
  #noteAnnouncement(request: Request): void {
    if (request.kind !== 'greeting' || !request.complete || request.port === 0) return;
    this.#isAnnounced = true;
    this.#owner.onAnnounced(makeAddress(ipOf(this.connection.remote), request.port));
  }

  #lookUp(request: Request & { kind: 'image' }): void {
    const isComplete = request.complete || this.#isGraceOver;
    if (request.problem !== null) {
      // The bytes so far may be half a letter, or a name of which nothing has come yet.
      if (!isComplete) return this.#waitForMore();
      this.#refused('bad-name');
      return this.#deny(ERR_BAD_NAME);
    }
    if (!this.hasTurn) this.hasTurn = this.#owner.takeTurn(this);
    if (!this.hasTurn) {
      this.#state = 'waiting';
      return this.#watch(this.#owner.limits.stallUs);
    }
    this.#name = request.name;
    this.#state = 'looking-up';
    this.#watch(this.#owner.limits.requestTimeoutUs);
    this.#owner.host.images.open(request.name, isComplete, this);
  }

  #deny(message: Uint8Array): void {
    this.#count('REQ', false);
    this.#count('ERR');
    this.connection.write(message);
    this.connection.end();
    this.#linger();
  }

  /** What a plain peer does with a verb that it does not know. */
  #closeWithoutAWord(): void {
    this.connection.end();
    this.#linger();
  }

  /** Whoever talks on while we reply, or behind what is no request, could do so for ever. */
  #cutOffTalker(): void {
    this.#refused('too-many-bytes');
    this.connection.destroy('protocol');
  }

  #endTurn(): void {
    if (!this.hasTurn) return;
    this.hasTurn = false;
    this.#owner.endTurn(this);
  }

  #waitForMore(): void {
    this.#endTurn();
    const { deadlines, host, limits } = this.#owner;
    deadlines.watch(this, Math.min(host.nowUs() + limits.graceUs, this.#readUntilUs));
  }

  #linger(): void {
    this.#state = 'lingering';
    this.#endTurn();
    this.#watch(this.#owner.limits.lingerUs);
  }

  // The system takes hundreds of kilobytes at once and then nothing for as long as a slow reader needs for
  // them, and a telephone sleeps for a while: so all that can be seen within one look is whether anything
  // moves at all, and the rate is taken over two.
  #checkProgress(): void {
    const { limits } = this.#owner;
    const sent = this.connection.bytesSent;
    const least = ((2 * limits.stallUs) / 1_000_000) * limits.minReplyBytesPerSecond;
    const isTooSlow = this.#sentEarlier >= 0 && sent - this.#sentEarlier < least;
    if (sent === this.#sentBefore || isTooSlow) {
      this.#refused('reply-too-slow');
      this.connection.destroy('timeout');
      return;
    }
    this.#sentEarlier = this.#sentBefore;
    this.#sentBefore = sent;
    this.#watch(limits.stallUs);
  }

  #watch(inUs: number): void {
    this.#owner.deadlines.watch(this, this.#owner.host.nowUs() + inUs);
  }

  #refused(code: RefusalCode): void {
    this.#owner.observer.onRefused?.(this.connection.remote, code);
  }

  #count(type: MessageType, isSent = true): void {
    if (type === 'RES') this.#owner.observer.onMessage?.('REQ', false);
    this.#owner.observer.onMessage?.(type, isSent);
  }
}
