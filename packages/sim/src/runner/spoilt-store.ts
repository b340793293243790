import type { BodyKeeper, ImageOpener, ImageStore, ReceivedBody } from '@imagemesh/peer';
import type { DiskRules } from './disk-rules.ts';

/**
 * A peer's folder on a disk with trouble. What counts is what is wrong when the peer asks. It stands
 * between the peer and its folder, and spoils nothing on the disk itself: permissions and quotas mean
 * nothing to a lab that runs as root.
 */
export class SpoiltStore implements ImageStore {
  readonly #folder: ImageStore;
  readonly #disk: DiskRules;

  constructor(folder: ImageStore, disk: DiskRules) {
    this.#folder = folder;
    this.#disk = disk;
  }

  open(name: string, isComplete: boolean, opener: ImageOpener): void {
    const { isUnreadable, slowMs } = this.#disk;
    this.#folder.open(name, isComplete, {
      onImage(image) {
        if (!isUnreadable) return later(slowMs, () => opener.onImage(image));
        image.release();
        later(slowMs, () => opener.onNoImage('unreadable'));
      },
      // What is not there is not there on a disk that cannot be read either, as far as names can be listed.
      onNoImage: (reason) => later(slowMs, () => opener.onNoImage(reason)),
    });
  }

  // Saved at once and told later: a peer may end meanwhile, and its folder with it.
  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    const { isFull, slowMs } = this.#disk;
    if (isFull) {
      this.#folder.discard(body);
      setTimeout(() => keeper.onKeepFailed('no-space'), slowMs);
      return;
    }
    this.#folder.keep(body, name, {
      onKept: (kept) => later(slowMs, () => keeper.onKept(kept)),
      onKeepFailed: (problem) => later(slowMs, () => keeper.onKeepFailed(problem)),
    });
  }

  discard(body: ReceivedBody): void {
    this.#folder.discard(body);
  }
}

/** On a disk that is not slow, at once: this is a later event already. */
function later(ms: number, action: () => void): void {
  if (ms === 0) action();
  else setTimeout(action, ms);
}
