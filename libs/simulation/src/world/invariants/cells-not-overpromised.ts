import type { ReservationRow, UnitOfWork } from '#cell';
import { shapeKey } from '#domain';
import type { SimulatedCell } from '../simulated-cell.js';
import type { Invariant } from './invariant.js';
import { wrongTraits } from './traits-kept.js';

/**
 * Two reports apart no cell is given more of a shape than its last report said would fit, in the zone and with the traits that were
 * asked for. Judged as each reservation is made: a later report may show less room, and what was promised before it stands. A forced
 * host says itself whether it has room.
 */
export const cellsNotOverpromised: Invariant = {
  name: 'no cell is promised more than it reported',
  atCommit: (cell, work) => {
    const made = newReservations(work);
    return made.flatMap((reservation, index) => overpromised(cell, reservation, made.slice(0, index), work));
  },
};

const newReservations = (work: UnitOfWork): ReservationRow[] =>
  work.reservations.changes().flatMap(({ before, after }) => (before?.epoch === after.epoch ? [] : [after]));

const overpromised = (cell: SimulatedCell, made: ReservationRow, earlier: readonly ReservationRow[], work: UnitOfWork): string[] => {
  const { database, path } = cell;
  const report = (work.children.get(made.child) ?? database.children.get(made.child))?.report;
  const shape = shapeKey(made.shape);
  const spec = (work.requestSpecs.former(made.instanceUuid) ?? database.requestSpecs.get(made.instanceUuid))?.spec;
  if (spec?.forced) return [];
  const inZone = report?.pools.filter(pool => made.zone === null || pool.zone === made.zone) ?? [];
  const pools = spec ? inZone.filter(pool => wrongTraits(pool.traits, spec).length === 0) : inZone;
  // A report that does not know the zones or the shape yet says nothing: the child is asked.
  if ((report?.globalsVersion ?? 0) < database.globals.version) return [];
  if (pools.some(pool => pool.fits[shape] === undefined)) return [];
  const fits = pools.reduce((sum, pool) => sum + pool.fits[shape]!, 0);
  const changed = new Set([...work.reservations.removals(), ...newReservations(work).map(row => row.instanceUuid)]);
  const standing = database.reservations.all().filter(row => !changed.has(row.instanceUuid));
  const inTheWay = [...standing, ...earlier].filter(
    row => row.child === made.child && shapeKey(row.shape) === shape && (made.zone === null || row.zone === null || row.zone === made.zone),
  );
  const promised = inTheWay.length + 1;
  return promised > fits ? [`${path} promised ${promised} of ${shape} to ${made.child}, which fits ${fits}`] : [];
};
