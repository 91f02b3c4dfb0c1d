import type { Scheduling } from '#cell';
import type { CellPayload, Envelope } from '#contracts';
import { shapeKey, shapeOf } from '#domain';
import { MemoryCellStore } from '../../store/memory-cell-store.js';
import { changing, seeing } from '../broken-builds.fixture.js';
import { FLAVORS } from '../flavors.js';
import type { Tampering } from '../surroundings.js';

/* Builds that place servers as cells v1 did, in one thing each. */

type Cells = Scheduling['cells'];

const choosingCells = (change: (usual: Cells) => Partial<Cells>): Tampering => ({
  scheduling: usual => ({ ...usual, cells: { ...usual.cells, ...change(usual.cells) } }),
});

export const notAsking = (filter: string): Tampering =>
  choosingCells(({ filters }) => ({ filters: filters.filter(({ name }) => name !== filter) }));

/** Groups are names at the top. */
export const knowingNoGroups = seeing(({ groups }) => {
  groups.fill(
    [],
    groups.all().map(row => ({ ...row, members: [] })),
  );
});

/** Whatever is ordered goes to the cell that the first went to. */
export const keepingToOneCell = (): Tampering =>
  choosingCells(({ filters }) => {
    let first: string | undefined;
    const passes = ({ name }: { name: string }) => {
      first ??= name;
      return name === first || `is not ${first}`;
    };
    return { filters: [...filters, { name: 'OneCell', passes }] };
  });

/** Room counts ten times as much, and an offset is stretched to 0..1 as the rest is. */
export const stretchingOffsets = (): Tampering =>
  choosingCells(({ weighers }) => ({
    weighers: weighers.map(one => {
      if (one.name === 'CellFitsWeigher') return { ...one, multiplier: 10 };
      return one.name === 'WeightOffsetWeigher' ? { ...one, scale: 'relative' } : one;
    }),
  }));

/** Room is stretched between the least and the most that was ever seen, of any flavor. */
export const rememberingRanges = (): Tampering =>
  choosingCells(({ weighers }) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const remembering = (usual: Cells['weighers'][number]): typeof usual => ({
      ...usual,
      scale: 'absolute',
      weigh: (cell, spec) => {
        const room = usual.weigh(cell, spec);
        [least, most] = [Math.min(least, room), Math.max(most, room)];
        return most === least ? 0 : (room - least) / (most - least);
      },
    });
    return { weighers: weighers.map(one => (one.name === 'CellFitsWeigher' ? remembering(one) : one)) };
  });

/** What a cell holds is the sum of the memory of its hosts, divided by that of the flavor. */
export const countingMemoryOnly = (): Tampering =>
  changing('capacity.report', (report: CellPayload<'capacity.report'>) => ({
    payload: {
      ...report,
      pools: report.pools.map(pool => {
        const free = pool.total.memoryMb - pool.used.memoryMb;
        const fits = FLAVORS.map(shapeOf).map(shape => [shapeKey(shape), Math.floor(free / shape.memoryMb)]);
        return { ...pool, fits: Object.fromEntries(fits) };
      }),
    },
  }));

/** A build that fails below the cell `target` is over: told upwards as an error of the server, and tried nowhere else. */
export const endingWhatFailed = (target: string): Tampering =>
  changing('build.rejected', (rejection: CellPayload<'build.rejected'>, envelope: Envelope) => {
    if (envelope.target !== target) return {};
    const { instanceUuid, epoch, fault, events, countedFrom } = rejection;
    const report: CellPayload<'instance.state'>['report'] = {
      instanceUuid,
      version: { epoch, generation: 99 },
      cellPath: envelope.source,
      host: null,
      node: null,
      vmState: 'error',
      taskState: null,
      powerState: 0,
      launchedAt: null,
      updatedAt: fault.created,
      fault,
      events,
    };
    return { method: 'instance.state', payload: { report, countedFrom } };
  });

/** What was sent counts as built. */
export class RecallsNothing extends MemoryCellStore {
  override async listOverdueReservations(): Promise<string[]> {
    return [];
  }
}

/** What a process knows of the cells below, and what it has promised there, is in its memory. */
export const forgettingAtStart = ({ reports, promises }: { reports: boolean; promises: boolean }): Tampering => ({
  makeStore: parts => {
    const { children, reservations } = parts.database;
    if (reports) for (const child of children.all()) children.put(child.name, { ...child, report: null });
    if (promises) for (const uuid of reservations.keys()) reservations.delete(uuid);
    return new MemoryCellStore(parts);
  },
});

/** Hosts that an operator has disabled are taken for enabled. */
export const takingHostsForEnabled = seeing(({ hosts }) => {
  hosts.fill(
    [],
    hosts.all().map(row => ({ ...row, enabled: true })),
  );
});

/** The code of the top has nothing to do with hosts. */
export const buildingNothingAtTheTop = seeing(({ hosts }, { top }) => {
  const own = top ? hosts.all().map(({ host }) => host) : [];
  hosts.fill(own, []);
});
