const SAY_EVERY_MS = 10_000;
const DRAW_EVERY_MS = 200;

/** One line that says how far it is: redrawn on a terminal, written again now and then where it is kept. */
export class Progress {
  private readonly began = performance.now();
  private saidAt = 0;
  private drawn = false;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  say(text: string): void {
    const now = performance.now();
    if (now - this.saidAt < (this.out.isTTY ? DRAW_EVERY_MS : SAY_EVERY_MS)) return;
    this.saidAt = now;
    this.drawn = true;
    this.out.write(this.out.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** Seconds since it began. */
  seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  end(): void {
    if (this.drawn && this.out.isTTY) this.out.write('\r\x1b[K');
  }
}
