import type { Link } from './broker.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { World } from './world.js';

/** Links that are cut, processes that are killed, hosts that die; all of them come back. */
export class Disasters {
  private end_ = 0;

  constructor(private readonly world: World) {}

  /** @param end ms since 1970: nothing new happens after it. */
  begin(end: number): void {
    this.end_ = end;
    const { secondsBetweenCuts, secondsBetweenKills, secondsBetweenHostDeaths } = this.world.sky.weather;
    this.repeat(secondsBetweenCuts, () => this.cutLink());
    this.repeat(secondsBetweenKills, () => this.killProcess());
    this.repeat(secondsBetweenHostDeaths, () => this.killHost());
    this.repeat(20, () => this.stopGuestFromInside());
  }

  /** Everything comes back. */
  end(): void {
    this.end_ = 0;
    for (const link of this.links()) link.set(true);
    for (const host of this.world.hosts) if (!host.isAlive) host.start();
    for (const cell of this.world.cells.values()) while (cell.processes.length < this.world.sky.weather.processes) cell.startProcess();
  }

  cut(link: Link, seconds: number): void {
    this.world.note(`link ${link.name} is cut for ${seconds.toFixed(1)} s`);
    link.set(false);
    this.world.timeline.after(seconds * 1000, () => link.set(true));
  }

  kill(process: SimulatedProcess, seconds = this.world.dice.between(0.2, 8)): void {
    const { cell } = process;
    if (!cell.processes.includes(process)) return;
    this.world.note(`process ${process.name} is killed for ${seconds.toFixed(1)} s`);
    cell.kill(process);
    this.world.timeline.after(seconds * 1000, () => {
      if (cell.processes.length < this.world.sky.weather.processes) cell.startProcess();
    });
  }

  killAgent(host: SimulatedHost, seconds: number): void {
    if (!host.isAlive) return;
    this.world.note(`agent of ${host.name} is away for ${seconds.toFixed(1)} s`);
    host.die();
    this.world.timeline.after(seconds * 1000, () => {
      if (!host.isAlive) host.start();
    });
  }

  private cutLink(): void {
    const link = this.world.dice.pick(this.links());
    if (link?.up) this.cut(link, this.duration());
  }

  private killProcess(): void {
    const cell = this.world.dice.pick([...this.world.cells.values()]);
    const process = cell && this.world.dice.pick(cell.processes);
    if (process) this.kill(process, this.duration() / 4);
  }

  private killHost(): void {
    const host = this.world.dice.pick(this.world.hosts);
    if (host) this.killAgent(host, this.duration());
  }

  private async stopGuestFromInside(): Promise<void> {
    const { driver } = this.world.dice.pick(this.world.hosts)!;
    const guest = this.world.dice.pick(await driver.list());
    if (guest) driver.stopFromInside(guest.instanceUuid);
  }

  /** Mostly short; sometimes longer than anybody waits. */
  private duration(): number {
    const { dice } = this.world;
    return dice.chance(0.25) ? dice.between(20, 100) : dice.between(0.2, 10);
  }

  private links(): Link[] {
    const { cells, hosts } = this.world;
    return [...[...cells.values()].map(cell => cell.link).filter(link => link !== undefined), ...hosts.map(host => host.link)];
  }

  private repeat(seconds: number, disaster: () => void): void {
    if (seconds === 0) return;
    const again = () => {
      if (this.world.timeline.now() >= this.end_) return;
      disaster();
      this.world.timeline.after(this.world.dice.between(0, 2 * seconds) * 1000, again);
    };
    this.world.timeline.after(this.world.dice.between(0, 2 * seconds) * 1000, again);
  }
}
