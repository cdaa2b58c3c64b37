import type { Socket } from 'node:net';

/** How a relay treats the bytes of one direction of one connection right now; changed while it lives. */
export interface LineCondition {
  delayMs: number;
  isFrozen: boolean;
  isBlackholed: boolean;
  /** The next bytes are not delivered: the connection is reset in their place. */
  isSevered: boolean;
}

export const SOUND_LINE: Readonly<LineCondition> = {
  delayMs: 0,
  isFrozen: false,
  isBlackholed: false,
  isSevered: false,
};

/** Bytes that may wait in one direction before the sender is paused, as a full socket buffer would do. */
const MAX_QUEUED_BYTES = 1024 * 1024;

interface Queued {
  readonly dueMs: number;
  /** `undefined` stands for the sender's FIN. */
  readonly chunk: Buffer | undefined;
}

/**
 * One direction of a relayed connection. Order is kept whatever the condition does: bytes leave at once when nothing
 * holds them, otherwise in the order of arrival. `hasDropped` says that bytes were swallowed by a black hole, so that the
 * connection can never be made whole again.
 */
export class StreamLine {
  hasDropped = false;
  private readonly queue: Queued[] = [];
  private queuedBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    readonly condition: LineCondition,
    private readonly count: (bytes: number) => void,
    private readonly sever: () => void,
  ) {
    from.on('data', (chunk: Buffer) => {
      this.accept(chunk);
    });
    from.on('end', () => {
      this.accept(undefined);
    });
    to.on('drain', () => {
      this.resumeSender();
    });
  }

  /** To be called after the condition changed. */
  review(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flush();
  }

  close(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
  }

  private accept(chunk: Buffer | undefined): void {
    if (this.condition.isSevered) {
      this.sever();
      return;
    }
    if (this.condition.isBlackholed) {
      this.hasDropped = true;
      return;
    }
    if (this.queue.length === 0 && !this.condition.isFrozen && this.condition.delayMs === 0) {
      this.deliver(chunk);
      return;
    }
    this.queue.push({ dueMs: performance.now() + this.condition.delayMs, chunk });
    this.queuedBytes += chunk?.length ?? 0;
    if (this.queuedBytes > MAX_QUEUED_BYTES) this.from.pause();
    this.flush();
  }

  private flush(): void {
    if (this.timer !== undefined || this.condition.isFrozen) return;
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      const waitMs = this.condition.delayMs === 0 ? 0 : head.dueMs - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => {
          this.review();
        }, Math.ceil(waitMs));
        return;
      }
      this.queue.shift();
      this.queuedBytes -= head.chunk?.length ?? 0;
      this.deliver(head.chunk);
    }
    this.resumeSender();
  }

  private deliver(chunk: Buffer | undefined): void {
    if (this.to.destroyed) return;
    if (chunk === undefined) {
      this.to.end();
      return;
    }
    this.count(chunk.length);
    if (!this.to.write(chunk)) this.from.pause();
  }

  private resumeSender(): void {
    if (this.from.isPaused() && !this.to.writableNeedDrain && this.queuedBytes <= MAX_QUEUED_BYTES) this.from.resume();
  }
}
