/** Prints what happens, each line with the seconds since the start. */
export class Screen {
  private readonly started = performance.now();

  constructor(private readonly write: (line: string) => void = line => console.log(line)) {}

  /** A line with the elapsed time. */
  step(text: string): void {
    this.write(`${this.elapsed()}  ${text}`);
  }

  /** A line without. */
  plain(text = ''): void {
    this.write(text);
  }

  private elapsed(): string {
    return `${((performance.now() - this.started) / 1000).toFixed(1)} s`.padStart(8);
  }
}
