import type { Envelope, GuestOffer } from '#contracts';
import { CloudError } from '#domain';
import type { AgentEvent } from './agent-event.js';
import type { Course, GuestCommands } from './guest-commands.js';
import { payloadOf } from './payload-of.js';

interface Guest {
  readonly instanceUuid: string;
  readonly epoch: number;
  readonly requestId: string;
}

/** What a command asks: its parts that every command has, and what is to be done. */
export interface Order extends Guest {
  readonly event: 'guest.spawned' | 'guest.destroyed' | 'guest.acted' | 'guest.moved';
  /** It is about what is being done with the guest, so it cannot wait for the end of that. */
  readonly isBeside?: boolean;
  /** What comes of it besides that it is done: of a move, what it offers to the other host. */
  run(): Promise<GuestOffer | null>;
}

/** Makes orders of the commands of a cell. */
export class GuestOrders {
  constructor(
    private readonly commands: GuestCommands,
    private readonly tell: (event: AgentEvent) => void,
  ) {}

  /** @throws CloudError `invalid` naming the field. */
  of({ id, method, payload, deadline }: Envelope): Order {
    switch (method) {
      case 'guest.spawn': {
        const order = payloadOf(method, payload);
        const { instanceUuid, requestId } = order.spec;
        const run = () => done(this.commands.spawn(order, deadline));
        return { event: 'guest.spawned', instanceUuid, requestId, epoch: order.epoch, run };
      }
      case 'guest.destroy': {
        const order = payloadOf(method, payload);
        return { ...order, event: 'guest.destroyed', run: () => done(this.commands.destroy(order)) };
      }
      case 'guest.act': {
        const order = payloadOf(method, payload);
        const course = { deadline, progress: this.progressOf(id, order) };
        return { ...order, event: 'guest.acted', run: () => done(this.commands.act(order, course)) };
      }
      case 'guest.move': {
        const order = payloadOf(method, payload);
        const course = { deadline, progress: this.progressOf(id, order) };
        return { ...order, event: 'guest.moved', isBeside: order.move.name === 'steer', run: () => this.commands.move(order, course) };
      }
      default:
        throw new CloudError('invalid', `'${method}' is no command of a compute service`);
    }
  }

  private progressOf(commandId: string, { instanceUuid, epoch, requestId }: Guest): Course['progress'] {
    return (taskState, transfer) => {
      const payload = { instanceUuid, epoch, requestId, commandId, taskState, ...(transfer && { transfer }) };
      this.tell({ event: 'guest.progress', payload });
    };
  }
}

const done = (work: Promise<void>): Promise<null> => work.then(() => null);
