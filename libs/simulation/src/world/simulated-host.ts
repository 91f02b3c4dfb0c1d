import type { CellPath, Clock } from '#domain';
import { FakeConfig, FakeDriver } from '#hypervisor';
import { Link } from './broker.js';
import { SimulatedAgent } from './simulated-agent.js';
import type { Surroundings } from './surroundings.js';
import type { HostPlan } from './tree.js';

/** One host: a hypervisor, which outlives everything, and the agent on it, which may die and come back. */
export class SimulatedHost {
  readonly link: Link;
  readonly driver: FakeDriver;
  /** What ran at the last look: instance to power state. */
  guests: ReadonlyMap<string, number> = new Map();
  agent: SimulatedAgent | undefined;

  constructor(
    readonly plan: HostPlan,
    readonly surroundings: Surroundings,
  ) {
    this.link = new Link(plan.machine);
    const { name, size, traits } = plan;
    const dice = surroundings.dice(plan.machine);
    const { spawnFails, spawnInvalid } = surroundings.sky.weather;
    const delay = { meanMs: dice.pick([50, 500, 3000])!, spreadMs: 50 };
    const config = FakeConfig.parse({
      kind: 'fake',
      total: size,
      traits: ['HW_ARCH_X86_64', ...traits],
      reserved: { vcpus: 0, memoryMb: 0, diskGb: 0 },
      cpuAllocationRatio: 1,
      delays: {
        spawn: delay,
        destroy: { meanMs: 50, spreadMs: 50 },
        power: { meanMs: 50, spreadMs: 50 },
        migrate: { meanMs: 20 * delay.meanMs, spreadMs: 0 },
      },
      failures: [
        { operation: 'spawn', rate: spawnFails },
        { operation: 'destroy', rate: spawnFails / 2 },
        { operation: 'spawn', namePattern: 'unlucky', rate: spawnInvalid, retryable: false },
      ],
    });
    this.driver = new FakeDriver({ host: name, config, clock: this.driverClock(), random: dice.random });
  }

  get name(): string {
    return this.plan.name;
  }

  get cellPath(): CellPath {
    return this.plan.cell;
  }

  /** Looks what really runs. */
  async look(): Promise<void> {
    this.guests = new Map((await this.driver.list()).map(guest => [guest.instanceUuid, guest.powerState]));
  }

  /** What the hypervisor is doing for an agent is left as it is when that agent dies. */
  private driverClock(): Clock {
    const { timeline } = this.surroundings;
    const sleep = (milliseconds: number, agent = this.agent) =>
      new Promise<void>(resolve => timeline.after(milliseconds, () => agent === this.agent && resolve()));
    return { now: () => timeline.now(), sleep: milliseconds => sleep(milliseconds) };
  }

  get isAlive(): boolean {
    return this.agent !== undefined;
  }

  start(): void {
    this.agent = new SimulatedAgent(this, this.surroundings);
  }

  die(): void {
    this.agent?.die();
    this.agent = undefined;
    // Its connection to the hypervisor ends with the process.
    void this.driver.stop();
  }
}
