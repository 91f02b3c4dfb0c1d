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

/** One that was built before it failed, in a rebuild or a rescue, keeps its host, with whatever guest is there. */
const leftOfErrors = (world: World): string[] =>
  world.root.database.instances
    .all()
    .filter(({ vmState }) => vmState === 'error')
    .flatMap(({ uuid, launchedAt, cellPath, host }) => {
      const own = launchedAt === null ? null : `${cellPath}@${host}`;
      const places = guestsOf(world, uuid).flatMap(({ place }) => (place === own ? [] : [place]));
      return places.length ? [`server ${uuid} is in error and left guests on ${places}`] : [];
    });
