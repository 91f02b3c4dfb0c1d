import type { UnitOfWork } from '#cell';
import { act, kill, mend } from './acts.js';
import { type Link, SimulatedBroker } from './broker.js';
import { MachineClock } from './clocks.js';
import { DiceBox } from './dice.js';
import { FLAVORS } from './flavors.js';
import { INVARIANTS, type Invariant, type Violation } from './invariants/index.js';
import { Operators } from './operators.js';
import { type Deed, type Plan, tellDeed } from './plan.js';
import { SimulatedCell } from './simulated-cell.js';
import { SimulatedHost } from './simulated-host.js';
import type { Surroundings, Tampering } from './surroundings.js';
import { Timeline } from './timeline.js';
import { COUNTRY, cellsOf, hostsOf, type Layout } from './tree.js';
import { Users } from './users.js';
import { CALM, type Sky, type Weather } from './weather.js';

/** A world without a plan: for scenarios, which do things themselves. */
export interface WorldOptions {
  readonly seed: number;
  /** COUNTRY when left out. */
  readonly layout?: Layout;
  /** What is left out is calm. */
  readonly weather?: Partial<Weather>;
  readonly tampering?: Tampering;
}

/** So many events are kept, to be printed when something is wrong. */
const TRACE = 80;
const WARM_UP_SECONDS = 60;
const REST_SECONDS = 900;
const LOOK_EVERY_SECONDS = 5;

/** A tree of cells with all that is around it: brokers, hosts, users, and what goes wrong. The same plan is the same story. */
export class World {
  readonly timeline = new Timeline();
  readonly sky: Sky;
  readonly cells: ReadonlyMap<string, SimulatedCell>;
  readonly hosts: readonly SimulatedHost[];
  readonly users: Users;
  readonly operators = new Operators(this);
  readonly broker: SimulatedBroker;
  readonly trace: string[] = [];
  /** Ids of the images that have their data. */
  readonly images = new Set<string>();
  /** What must never happen and did. */
  private readonly accusations = new Map<string, Violation>();
  private readonly dice: DiceBox;
  private readonly clocks: ReadonlyMap<string, MachineClock>;
  private began = this.timeline.now();

  private constructor(
    readonly plan: Plan,
    private readonly tampering: Tampering,
  ) {
    this.dice = new DiceBox(plan.seed);
    this.sky = { weather: plan.weather };
    this.broker = new SimulatedBroker(this.timeline, name => this.dice.of(name), this.sky);
    const surroundings = this.surroundings();
    const plans = cellsOf('api', plan.layout);
    const hosts = plans.flatMap(hostsOf);
    const machines = [...plans.map(cell => cell.path as string), ...hosts.map(host => host.machine)];
    this.clocks = new Map(machines.map(name => [name, this.newClock(name)]));
    this.cells = new Map(plans.map(cell => [cell.path, new SimulatedCell(cell, surroundings)]));
    this.hosts = hosts.map(host => new SimulatedHost(host, surroundings));
    this.users = new Users(this.root);
  }

  /** With all processes and hosts running, and the flavors known everywhere. */
  static async of(plan: Plan, tampering: Tampering = {}): Promise<World> {
    const world = new World(plan, tampering);
    world.root.database.globals = {
      version: FLAVORS.length,
      items: FLAVORS.map((body, index) => ({ kind: 'flavor', id: body.flavorId, version: index + 1, body })),
    };
    for (const cell of world.cells.values()) for (let n = 0; n < plan.weather.processes; n += 1) cell.startProcess();
    for (const host of world.hosts) host.start();
    for (let second = 0; second < WARM_UP_SECONDS && !world.isReady(); second += 1) await world.runFor(1);
    world.began = world.timeline.now();
    return world;
  }

  static begin({ seed, layout = COUNTRY, weather = {}, tampering }: WorldOptions): Promise<World> {
    return World.of({ seed, layout, weather: { ...CALM, ...weather }, seconds: 0, acts: [] }, tampering);
  }

  /** Every cell has heard of all that is below it, and knows what the root owns. */
  private isReady(): boolean {
    const { version } = this.root.database.globals;
    const children = [...this.cells.values()].flatMap(cell => cell.database.children.all());
    const mirrors = this.root.database.hostMirrors.all();
    return children.every(child => child.report?.globalsVersion === version) && mirrors.length === this.hosts.length;
  }

  get root(): SimulatedCell {
    return [...this.cells.values()][0]!;
  }

  cell(path: string): SimulatedCell {
    const cell = this.cells.get(path);
    if (!cell) throw new Error(`there is no cell ${path}`);
    return cell;
  }

  host(name: string): SimulatedHost {
    const host = this.findHost(name);
    if (!host) throw new Error(`there is no host ${name}`);
    return host;
  }

  findHost(name: string): SimulatedHost | undefined {
    return this.hosts.find(one => one.plan.name === name);
  }

  links(): Link[] {
    const cells = [...this.cells.values()].flatMap(cell => cell.link ?? []);
    return [...cells, ...this.hosts.map(host => host.link)];
  }

  clockOf(machine: string): MachineClock | undefined {
    return this.clocks.get(machine);
  }

  later(seconds: number, run: () => void): void {
    this.timeline.after(seconds * 1000, run);
  }

  /** Lets the world go on for so many seconds, looking all the while. */
  async runFor(seconds: number): Promise<void> {
    for (let left = seconds * 1000; left > 0; left -= 250) {
      await this.timeline.runFor(Math.min(250, left));
      await this.look();
      for (const invariant of INVARIANTS) for (const text of invariant.always?.(this) ?? []) this.accuse(invariant, text);
    }
  }

  /** What the plan says happens. */
  async live(): Promise<void> {
    for (const deed of this.plan.acts) this.timeline.after(deed.at, () => this.do(deed));
    await this.runFor(this.plan.seconds);
  }

  do(deed: Deed): void {
    this.note(tellDeed(deed));
    act(this, deed);
  }

  /**
   * Everything is mended; the world comes to rest.
   * @returns what is wrong with it when it does, or still after so long that it never will.
   */
  async comeToRest(seconds = REST_SECONDS): Promise<Violation[]> {
    this.note('everything is mended');
    const { processes, clocksApartMs } = this.plan.weather;
    this.sky.weather = { ...CALM, processes, clocksApartMs };
    mend(this);
    let wrong = await this.wrongNow();
    for (let waited = 0; wrong.length && waited < seconds; waited += LOOK_EVERY_SECONDS) {
      await this.runFor(LOOK_EVERY_SECONDS);
      wrong = await this.wrongNow();
    }
    return [...this.accused(), ...wrong];
  }

  /** What happened so far that must never happen. */
  accused(): Violation[] {
    return [...this.accusations.values()];
  }

  /** What would be wrong if the world were at rest. */
  private async wrongNow(): Promise<Violation[]> {
    await this.look();
    return INVARIANTS.flatMap(invariant => (invariant.atRest?.(this) ?? []).map(text => ({ invariant: invariant.name, text })));
  }

  /** At what runs on each host. */
  private async look(): Promise<void> {
    await Promise.all(this.hosts.map(host => host.look()));
  }

  /** The first time that each thing is seen; what breaks once breaks often. */
  private accuse({ name }: Invariant, text: string): void {
    if (this.accusations.has(name)) return;
    this.accusations.set(name, { invariant: name, text: `at ${this.second()} s: ${text}` });
    this.note(`BROKEN: ${name}: ${text}`);
  }

  private committed(cell: SimulatedCell, work: UnitOfWork): void {
    for (const invariant of INVARIANTS) for (const text of invariant.atCommit?.(cell, work) ?? []) this.accuse(invariant, text);
  }

  private newClock(machine: string): MachineClock {
    return new MachineClock(this.timeline, this.dice.of(`clock of ${machine}`), this.plan.weather.clocksApartMs);
  }

  private surroundings(): Surroundings {
    const { timeline, sky, broker, tampering, images } = this;
    return {
      seed: this.plan.seed,
      timeline,
      sky,
      broker,
      tampering,
      images,
      dice: name => this.dice.of(name),
      clockOf: machine => this.clockOf(machine),
      findCell: path => this.cells.get(path),
      findHost: name => this.findHost(name),
      note: event => this.note(event),
      accuse: (invariant, text) => this.accuse(invariant, text),
      committed: (cell, work) => this.committed(cell, work),
      kill: process => {
        this.note(`process ${process.name} dies while it commits`);
        kill(this, process, this.dice.of('deaths').between(0.2, 8));
      },
      report: (cell, body) => this.report(cell, body),
    };
  }

  /** A report goes to one process, after a while, or gets lost. */
  private report(path: string, body: string): void {
    const dice = this.dice.of(`reports to ${path}`);
    const { reportLost, reportStale } = this.sky.weather;
    if (dice.chance(reportLost)) return;
    const latency = dice.chance(reportStale) ? dice.between(5000, 30_000) : this.broker.latency(dice);
    this.timeline.after(latency, () => void dice.pick(this.cell(path).processes)?.receiveReport(body));
  }

  note(event: string): void {
    this.trace.push(`${this.second()} ${event}`);
    if (this.trace.length > TRACE) this.trace.shift();
  }

  /** Since it began. */
  private second(): string {
    return ((this.timeline.now() - this.began) / 1000).toFixed(3);
  }
}
