import { OperatorError } from '@/server/operator-error';

const ONE_STOP_MS = 6_000;
const ALL_STOPS_MS = 10_000;
// npm passes on the Ctrl-C that the terminal has already sent to the whole group: one key press, two signals.
const SAME_KEY_MS = 1_000;

/** What a command has started and has to stop, and how the process ends. */
export class Lifetime {
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly controller = new AbortController();

  /** Aborted when the end has begun. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** `stop` runs at the end, last registered first. */
  onEnd(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  /** Stops everything within seconds and ends the process. */
  async end(code: number): Promise<never> {
    if (this.signal.aborted) return new Promise<never>(() => undefined);
    this.controller.abort();
    setTimeout(() => process.exit(code === 0 ? 1 : code), ALL_STOPS_MS).unref();
    for (const stop of this.stops.toReversed()) {
      await Promise.race([stop().catch(report), new Promise((resolve) => setTimeout(resolve, ONE_STOP_MS))]);
    }
    process.exit(code);
  }
}

/**
 * Runs a command: ends it when its work is done, at Ctrl-C and at SIGTERM, and prints what went wrong, one sentence
 * for an OperatorError. A server's work is done when its lifetime ends.
 */
export function run(work: (life: Lifetime) => Promise<void>): void {
  const life = new Lifetime();
  let stoppedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stoppedAt === undefined) {
        stoppedAt = Date.now();
        console.log('\nstopping');
        void life.end(0);
      } else if (Date.now() - stoppedAt > SAME_KEY_MS) {
        process.exit(130);
      }
    });
  }
  work(life).then(
    () => life.end(0),
    (error: unknown) => {
      // What fails because it is being stopped is no failure.
      if (!life.signal.aborted) report(error);
      return life.end(1);
    },
  );
}

/** Resolves when the lifetime ends. */
export function untilEnd(life: Lifetime): Promise<void> {
  return new Promise((resolve) => life.signal.addEventListener('abort', () => resolve(), { once: true }));
}

function report(error: unknown): void {
  console.error(error instanceof OperatorError ? error.message : error);
}
