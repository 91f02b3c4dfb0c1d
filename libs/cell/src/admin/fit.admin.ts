import type { CellFit } from '#contracts';
import { type CellName, childPath, shapeOf } from '#domain';
import { ANYWHERE, fitsInCell, fitsOnHosts, type RequestSpec, reservedAgainst } from '#scheduling';
import { cellCandidate, hostCandidate } from '../capacity.js';
import type { Globals } from '../globals.js';
import type { ChildRow, ReservedShape } from '../rows.js';
import type { AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { flavorOf, globalsOf } from './globals-told.js';
import { healthOf } from './neighbours.js';

/** How many more servers would fit: host by host where they are this cell's own, below by what each child last reported. */
export const fitHandlers = (parts: AdminParts): AdminHandlersOf<'fit.show'> => ({
  'fit.show': async ({ flavorId, availabilityZone }) => {
    const { cell, store } = parts;
    const globals = await globalsOf(parts);
    const flavor = flavorOf(globals, flavorId);
    const wanted = { ...ANYBODY, flavorName: flavor.name, shape: shapeOf(flavor), zone: availabilityZone, extraSpecs: flavor.extraSpecs };
    const { hosts, children, reserved } = await store.readCapacity();
    const now = cell.clock.now();
    const candidates = hosts.map(host => hostCandidate(host, now, cell, globals));
    const fits = fitsOnHosts(candidates, wanted, cell.scheduling.hosts);
    const own: CellFit = { path: cell.path, fits, reserved: 0, reportedAt: null, ageSeconds: null, health: 'up' };
    const below = children.map(child => childFit(parts, child, { reserved, wanted, now, globals }));
    const cells = hosts.length ? [own, ...below] : below;
    return { flavor: { id: flavor.flavorId, name: flavor.name }, total: cells.reduce((sum, one) => sum + one.fits, 0), cells };
  },
});

/** A server of no project, in no group, of no image. */
const ANYBODY = {
  instanceUuid: '',
  imageProperties: {},
  tried: new Set<string>(),
  projectId: '',
  group: null,
  near: ANYWHERE,
  asked: null,
};

interface Asked {
  readonly reserved: readonly ReservedShape[];
  readonly wanted: RequestSpec;
  readonly now: number;
  readonly globals: Globals;
}

const childFit = ({ cell }: AdminParts, child: ChildRow, { reserved, wanted, now, globals }: Asked): CellFit => {
  const candidate = cellCandidate(child, reserved, now, cell, globals);
  const seen = child.lastSeenAt > 0;
  return {
    path: childPath(cell.path, child.name as CellName),
    fits: fitsInCell(candidate, wanted),
    reserved: reservedAgainst(candidate, wanted),
    reportedAt: seen ? child.lastSeenAt : null,
    ageSeconds: seen ? candidate.silentSeconds : null,
    health: healthOf(cell, child),
  };
};
