/** Keys beyond this are one `reset`: a browser that stopped reading costs no more than this. */
const MOST_KEYS = 200;
/** Keys are gathered this long, so that a busy log is ten messages a second. Contract part 5. */
const GATHER_MS = 100;

/** Where the follower stands, each two seconds. */
export interface LagMessage {
  /** null: never measured. */
  lagMs: number | null;
  /** What is slow or holds it back, in words. */
  source: string;
  state: string;
  /** Saga types that are folded again with a new definition: lists show some of their sagas as before. */
  refold: string[];
}

/**
 * One browser's event stream. Keys wait in a set, of lag and offline only the newest is kept: what is sent is bounded
 * whatever the browser reads.
 */
export class LiveClient {
  readonly stream: ReadableStream<Uint8Array>;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private readonly keys = new Set<string>();
  private resetDue = false;
  private newest: { event: 'lag' | 'offline'; data: unknown } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sentAt = 0;

  /** @param onClose called once, when the browser has left */
  constructor(private readonly onClose: (client: LiveClient) => void) {
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
          // Opens the stream in the browser at once, and tells it how soon to come back.
          controller.enqueue(encode('retry: 1000\n\n'));
        },
        pull: () => this.schedule(),
        cancel: () => this.leave(),
      },
      { highWaterMark: 8 },
    );
  }

  changed(keys: Iterable<string>): void {
    for (const key of keys) this.keys.add(key);
    if (this.keys.size > MOST_KEYS) this.reset();
    else this.schedule();
  }

  /** There may be a gap: everything is to be read again. */
  reset(): void {
    this.keys.clear();
    this.resetDue = true;
    this.schedule();
  }

  tell(event: 'lag', data: LagMessage): void;
  tell(event: 'offline', data: { since: string }): void;
  tell(event: 'lag' | 'offline', data: unknown): void {
    this.newest = { event, data };
    this.schedule();
  }

  /** Ends the stream; safe to call twice. */
  close(): void {
    if (!this.controller) return;
    const { controller } = this;
    this.leave();
    controller.close();
  }

  private leave(): void {
    if (!this.controller) return;
    this.controller = undefined;
    clearTimeout(this.timer);
    this.keys.clear();
    this.onClose(this);
  }

  private schedule(): void {
    if (!this.controller || this.timer || !(this.resetDue || this.keys.size > 0 || this.newest)) return;
    const wait = Math.max(0, this.sentAt + GATHER_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, wait);
  }

  private flush(): void {
    // A browser that does not read: what changes meanwhile is gathered on, pull() brings us back.
    if (!this.controller || (this.controller.desiredSize ?? 0) <= 0) return;
    let text = '';
    if (this.resetDue) text += message('reset', {});
    else if (this.keys.size > 0) text += message('keys', { keys: [...this.keys] });
    if (this.newest) text += message(this.newest.event, this.newest.data);
    this.resetDue = false;
    this.keys.clear();
    this.newest = undefined;
    this.sentAt = Date.now();
    this.controller.enqueue(encode(text));
  }
}

const message = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const encoder = new TextEncoder();
const encode = (text: string): Uint8Array => encoder.encode(text);
