import type { SimulatedCell } from '../simulated-cell.js';
import type { World } from '../world.js';
import { guestsOf } from './guests.js';
import type { Invariant } from './invariant.js';

/** No message, order, reservation, workflow or guest is left of what has ended, and no message could not be handled. */
export const nothingLeftBehind: Invariant = {
  name: 'nothing is left behind',
  atRest: world => [
    ...world.broker.waiting().map(({ queue, messages }) => `queue '${queue}' holds ${messages}`),
    ...[...world.cells.values()].flatMap(leftInCell),
    ...leftOfErrors(world),
  ],
};

const leftInCell = ({ path, database }: SimulatedCell): string[] => [
  ...(database.outbox.size ? [`outbox of ${path} holds ${database.outbox.size}`] : []),
  ...database.parked.map(({ envelope, reason }) => `${path} parked ${envelope.method}: ${reason}`),
  ...database.workflows.all().map(({ kind, subject, step }) => `${path} is in ${kind} of ${subject} at ${step}`),
  ...database.reservations.all().map(({ instanceUuid, child }) => `${path} reserves room in ${child} for ${instanceUuid}`),
];

const leftOfErrors = (world: World): string[] =>
  world.root.database.instances
    .all()
    .filter(server => server.vmState === 'error' && guestsOf(world, server.uuid).length > 0)
    .map(server => `server ${server.uuid} is in error and left guests on ${guestsOf(world, server.uuid).map(guest => guest.place)}`);
