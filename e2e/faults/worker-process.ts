import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** A worker in a process of its own, as it runs beside others: started, killed, and started again. */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  /** What it printed last. */
  readonly lines: string[] = [];
  /** How often it ended although nobody asked it to. */
  deaths = 0;
  private wanted = false;

  constructor(private readonly databaseUrl: string) {}

  start(): void {
    this.wanted = true;
    const child = spawn(
      process.execPath,
      ['--import', './scripts/end-with-parent.mjs', '--import', 'tsx', 'worker/main.ts'],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          DATABASE_URL: this.databaseUrl,
          SAGASCOPE_ROLE: 'worker',
          SAGASCOPE_PARENT: String(process.pid),
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.keep(line));
    }
    child.once('exit', (code, signal) => {
      if (this.child !== child || !this.wanted) return;
      this.deaths += 1;
      this.keep(`the worker ended by itself: ${signal ?? `exit code ${code}`}`);
      // Whoever runs it starts it again.
      this.start();
    });
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.wanted = false;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  private keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > 200) this.lines.shift();
  }
}
