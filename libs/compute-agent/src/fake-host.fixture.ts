import { type Clock, silentLogger } from '#domain';
import { FakeConfig, FakeDriver } from '#hypervisor';
import { ManualClock, sampleEnvelope, seededRandom } from '#testing';
import type { AgentEvent } from './agent-event.js';
import { ComputeAgent } from './compute-agent.js';
import type { HostPorts } from './host-ports.js';

export const UUID = '6f1d2b7a-3c4e-4f5a-8b9c-0d1e2f3a4b5c';

/** A deadline that is never over. */
export const FOREVER = Date.UTC(2100, 0, 1);

const AT_ONCE = { meanMs: 0, spreadMs: 0 };

/** Delays of a fake host for those who do not move its clock, but for the given ones. */
export const noDelays = (but: object = {}): object => ({ spawn: AT_ONCE, destroy: AT_ONCE, power: AT_ONCE, snapshot: AT_ONCE, ...but });

/** The driver of the fake host h1; `options` as its configuration has them. */
export const fakeDriver = (clock: Clock, options: object = {}): FakeDriver =>
  new FakeDriver({ host: 'h1', config: FakeConfig.parse({ kind: 'fake', ...options }), clock, random: seededRandom(1) });

const nothingOutside = async (): Promise<never> => {
  throw new Error('this host has nothing but its hypervisor');
};

/** Of a host that has nothing but its hypervisor. */
export const NO_PORTS: HostPorts = {
  images: { start: nothingOutside, get: nothingOutside },
  imageService: { upload: nothingOutside, discard: nothingOutside },
  files: {
    urlOf: () => null,
    fetch: async function* () {
      yield await nothingOutside();
    },
  },
  consoles: { open: nothingOutside, close: () => undefined },
};

/** The agent of the host h1 of zone west, started. */
export const startAgent = async (driver: FakeDriver, clock: Clock, ports: Partial<HostPorts> = {}): Promise<ComputeAgent> => {
  const agent = new ComputeAgent({
    ...{ ...NO_PORTS, ...ports, host: 'h1', zone: 'west', driver, clock },
    ...{ log: silentLogger, concurrency: 100, shutdownSeconds: 60 },
  });
  await agent.start();
  return agent;
};

/** The fake host h1 with its agent: what it `told` by itself, and an `order` for its guest, whose outcome it gives. */
export const startFakeHost = async (options: object = {}, clock = new ManualClock(), ports: Partial<HostPorts> = {}) => {
  const driver = fakeDriver(clock, options);
  const agent = await startAgent(driver, clock, ports);
  const told: AgentEvent[] = [];
  agent.onEvent(event => told.push(event));
  const order = (id: string, method: string, payload: object, deadline = FOREVER): Promise<AgentEvent> =>
    agent.handle(sampleEnvelope(id, { method, deadline, payload: { instanceUuid: UUID, epoch: 1, requestId: 'req-1', ...payload } }));
  return { agent, driver, clock, told, order };
};

/** Why the order was not carried out; null when it was, undefined for an event that tells no outcome. */
export const errorOf = (event: AgentEvent | undefined) => (event && 'error' in event.payload ? event.payload.error : undefined);
