import { type AgentEvent, ComputeAgent, type ComputeAgentDeps } from '#compute-agent';
import type { ComputePayload, Envelope } from '#contracts';
import type { Tampering } from './surroundings.js';

/* Compute services of hosts, each with one thing broken on purpose. */

const agents = (Agent: new (deps: ComputeAgentDeps) => ComputeAgent): Tampering => ({ makeAgent: deps => new Agent(deps) });

/** A guest is made whether or not its placement has ended. */
export const spawningTheEnded = agents(
  class extends ComputeAgent {
    constructor(deps: ComputeAgentDeps) {
      super(deps);
      Object.assign(this.epochs, { refuseEnded: () => undefined });
    }
  },
);

const AGAIN_AFTER_MS = 5000;

/** Each guest is made once more some seconds later, whatever was ordered meanwhile. */
export const spawningTwice = agents(
  class extends ComputeAgent {
    constructor(private readonly own: ComputeAgentDeps) {
      super(own);
    }

    override async handle(envelope: Envelope): Promise<AgentEvent> {
      const event = await super.handle(envelope);
      if (event.event === 'guest.spawned' && !event.payload.error) void this.again(envelope.payload as ComputePayload<'guest.spawn'>);
      return event;
    }

    private async again({ spec, epoch }: ComputePayload<'guest.spawn'>): Promise<void> {
      await this.own.clock.sleep(AGAIN_AFTER_MS);
      // The fake hypervisor fails now and then.
      await this.driver.spawn({ build: spec, epoch, image: null }).catch(() => undefined);
    }
  },
);

/** The first state that a guest was listed in is told for ever, as if it were that of now. */
export const tellingOldStates = agents(
  class extends ComputeAgent {
    private readonly seen = new Map<string, number>();

    override async guestList(): Promise<AgentEvent> {
      const list = await super.guestList();
      if (list.event !== 'guest.list') return list;
      const guests = list.payload.guests.map(({ instanceUuid, powerState }) => {
        const first = this.seen.get(instanceUuid) ?? powerState;
        this.seen.set(instanceUuid, first);
        return { instanceUuid, powerState: first };
      });
      return { ...list, payload: { ...list.payload, guests } };
    }
  },
);
