import type { Envelope } from '#contracts';
import { CloudError } from '#domain';
import { seededRandom } from '#scheduling';
import { SimulatedBroker } from './broker.js';
import { CALM, Dice, type Sky, type Weather, weatherOf } from './chance.js';
import { Disasters } from './disasters.js';
import { capacityViolations, violationsAtRest } from './invariants.js';
import { SimulatedCell } from './simulated-cell.js';
import { SimulatedHost } from './simulated-host.js';
import type { Surroundings, Tampering } from './surroundings.js';
import { Timeline } from './timeline.js';
import { COUNTRY, cellsOf, type Layout } from './tree.js';
import { FLAVORS, Users } from './users.js';

export interface WorldOptions {
  readonly seed: number;
  /** COUNTRY when left out. */
  readonly layout?: Layout;
  /** Drawn from the seed when left out. */
  readonly weather?: Partial<Weather>;
  readonly tampering?: Tampering;
}

/** So many events are kept, to be printed when something is wrong. */
const TRACE = 80;
const REST_SECONDS = 900;
const LOOK_EVERY_SECONDS = 10;

/** A tree of cells with all that is around it: brokers, hosts, users, and what goes wrong. The same seed is the same story. */
export class World {
  readonly timeline = new Timeline();
  readonly dice: Dice;
  readonly sky: Sky;
  readonly cells: ReadonlyMap<string, SimulatedCell>;
  readonly hosts: readonly SimulatedHost[];
  readonly users: Users;
  readonly broker: SimulatedBroker;
  readonly disasters: Disasters;
  /** What must never happen and did. */
  readonly accusations: string[] = [];
  readonly trace: string[] = [];
  private readonly weatherAtFirst: Weather;

  private constructor(readonly options: WorldOptions) {
    this.dice = new Dice(seededRandom(`world ${options.seed}`));
    const drawn = weatherOf(this.dice);
    this.sky = { weather: options.weather ? { ...CALM, ...options.weather } : drawn };
    this.weatherAtFirst = this.sky.weather;
    this.broker = new SimulatedBroker(this.timeline, this.dice, this.sky);
    const surroundings = this.surroundings();
    const plans = cellsOf('api', options.layout ?? COUNTRY);
    this.cells = new Map(plans.map(plan => [plan.path, new SimulatedCell(plan, surroundings)]));
    this.hosts = plans.flatMap(plan => plan.hosts.map(name => new SimulatedHost(plan.path, name, surroundings)));
    this.users = new Users(this.root);
    this.disasters = new Disasters(this);
  }

  /** With all processes and hosts running, and the flavors known everywhere. */
  static async begin(options: WorldOptions): Promise<World> {
    const world = new World(options);
    world.root.database.globals = {
      version: FLAVORS.length,
      items: FLAVORS.map((body, index) => ({ kind: 'flavor', id: body.flavorId, version: index + 1, body })),
    };
    for (const cell of world.cells.values()) for (let n = 0; n < world.sky.weather.processes; n += 1) cell.startProcess();
    for (const host of world.hosts) host.start();
    await world.runFor(8);
    return world;
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
    const host = this.hosts.find(one => one.name === name);
    if (!host) throw new Error(`there is no host ${name}`);
    return host;
  }

  /** Lets the world go on for so many seconds, looking at the hosts' capacity all the while. */
  async runFor(seconds: number): Promise<void> {
    for (let left = seconds * 1000; left > 0; left -= 250) {
      await this.timeline.runFor(Math.min(250, left));
      for (const violation of capacityViolations(this)) this.accuse(violation);
    }
  }

  /** Users act and things go wrong for so many seconds. */
  async live(seconds: number): Promise<void> {
    const end = this.timeline.now() + seconds * 1000;
    const actAgain = () => {
      if (this.timeline.now() >= end) return;
      this.users.act();
      this.timeline.after(this.dice.between(100, 4000), actAgain);
    };
    actAgain();
    this.disasters.begin(end);
    await this.runFor(seconds);
  }

  /**
   * Everything is mended; the world comes to rest.
   * @returns what is wrong with it when it does, or still after so long that it never will.
   */
  async comeToRest(seconds = REST_SECONDS): Promise<string[]> {
    this.sky.weather = { ...CALM, processes: this.sky.weather.processes };
    this.disasters.end();
    let wrong = await this.wrongNow();
    for (let waited = 0; wrong.length && waited < seconds; waited += LOOK_EVERY_SECONDS) {
      await this.runFor(LOOK_EVERY_SECONDS);
      wrong = await this.wrongNow();
    }
    return [...this.accusations, ...wrong];
  }

  /** What would be wrong if the world were at rest. */
  private async wrongNow(): Promise<string[]> {
    await Promise.all(this.hosts.map(host => host.look()));
    return violationsAtRest(this);
  }

  /** One text with all that helps to find the fault. */
  story(violations: readonly string[]): string {
    return [
      `seed ${this.options.seed}`,
      ...violations.slice(0, 20),
      `weather ${JSON.stringify(this.weatherAtFirst)}`,
      'last events:',
      ...this.trace,
    ].join('\n  ');
  }

  accuse(violation: string): void {
    if (this.accusations.length < 20) this.accusations.push(`at ${this.second()}: ${violation}`);
  }

  private surroundings(): Surroundings {
    const { timeline, dice, sky, broker, options } = this;
    return {
      timeline,
      dice,
      sky,
      broker,
      tampering: options.tampering ?? {},
      note: event => this.note(event),
      accuse: violation => this.accuse(violation),
      kill: process => this.disasters.kill(process),
      report: (cell, body) => this.report(cell, body),
      ask: (cell, query) => this.ask(cell, query),
    };
  }

  /** A report goes to one process, after a while, or gets lost. */
  private report(path: string, body: string): void {
    if (this.dice.chance(this.sky.weather.reportLost)) return;
    this.timeline.after(this.broker.latency(), () => void this.dice.pick(this.cell(path).processes)?.receiveReport(body));
  }

  /** A question to a process of the cell: it or its answer may get lost, as reports do, and a cut link carries neither. */
  private async ask(path: string, query: Envelope): Promise<unknown> {
    const cell = this.cell(path);
    const pass = async (): Promise<void> => {
      const unanswered = this.options.tampering?.isAnswered?.(query) === false;
      const lost = unanswered || this.dice.chance(this.sky.weather.reportLost) || cell.link?.up === false;
      await this.timeline.sleep(lost ? Math.max(0, query.deadline - this.timeline.now()) : this.broker.latency());
      if (lost) throw new CloudError('unavailable', `${path} did not answer in time`);
    };
    await pass();
    const process = this.dice.pick(cell.processes);
    if (!process) throw new CloudError('unavailable', `${path} did not answer in time`);
    const answer = await process.answer(query);
    await pass();
    return answer;
  }

  note(event: string): void {
    this.trace.push(`${this.second()} ${event}`);
    if (this.trace.length > TRACE) this.trace.shift();
  }

  private second(): string {
    return ((this.timeline.now() - Date.UTC(2026, 0, 1)) / 1000).toFixed(3);
  }
}
