import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exists } from '../../tools/stack/files.js';
import type { Stack } from '../../tools/stack/stack.js';
import { waitFor } from '../../tools/stack/wait.js';
import { familiesOf } from '../measure/processes.js';
import { hotSpots, parseProfile } from './hot-spots.js';

const WRITE_SECONDS = 30;
const SHOWN = 25;

/** Profiles some of the Node processes of a tree while something is measured. */
export class Profiler {
  private stack: Stack | undefined;

  /** @param name a part of processes' names, or `all` */
  constructor(
    private readonly name: string,
    private readonly directory: string,
    private readonly say: (line: string) => void,
  ) {
    mkdirSync(directory, { recursive: true });
  }

  /** For NODE_OPTIONS of every process of the tree. */
  get nodeOptions(): string {
    const preload = new URL('./preload.js', import.meta.url);
    preload.searchParams.set('directory', pathToFileURL(this.directory).pathname);
    return `--import=${preload.href}`;
  }

  watch(stack: Stack): void {
    this.stack = stack;
  }

  async begin(): Promise<void> {
    for (const { pid } of this.chosen()) process.kill(pid, 'SIGUSR2');
  }

  /** @param phase stands in the names of the files */
  async end(phase: string): Promise<void> {
    const chosen = this.chosen();
    for (const { pid } of chosen) process.kill(pid, 'SIGUSR2');
    for (const { name, pid } of chosen) {
      const written = join(this.directory, `${pid}.cpuprofile`);
      await waitFor(`the profile of ${name}`, () => exists(written), { timeoutMs: WRITE_SECONDS * 1000 });
      const kept = join(this.directory, `${phase}-${name}-${pid}.cpuprofile`);
      renameSync(written, kept);
      this.tell(`${phase}: ${name} (pid ${pid})`, kept);
    }
  }

  private chosen(): { name: string; pid: number }[] {
    const rows = (this.stack?.processes() ?? []).filter(
      row => (row.kind === 'cell' || row.kind === 'compute') && (this.name === 'all' || row.name.includes(this.name)),
    );
    return [...familiesOf(rows)].flatMap(([name, pids]) => pids.map(pid => ({ name, pid })));
  }

  private tell(title: string, path: string): void {
    const { busyMs, spots } = hotSpots(parseProfile(readFileSync(path, 'utf8')));
    this.say(`\n${title}: ${Math.round(busyMs)} ms busy`);
    for (const { name, place, ms } of spots.slice(0, SHOWN)) {
      this.say(`  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${name.padEnd(36)} ${place}`);
    }
  }
}
