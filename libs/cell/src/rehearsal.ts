import type { BuildSpec, Decision } from '#contracts';
import { shapeOf } from '#domain';
import { lackingRoomAlone, OWN_HOSTS, reservedRoomOf, wantedOf } from '#scheduling';
import type { Cell } from './cell.js';
import { instanceOf, orderedInstance } from './instances.js';
import { askedAmongHosts } from './near-places.js';
import { type Scheduler, withTriedCell } from './placement.js';
import type { InstanceRow } from './rows.js';
import type { CellStore } from './store.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A server that nobody has asked for, and how far the search for its place has come. */
export interface Rehearsing {
  readonly spec: BuildSpec;
  /** Children that had no room for it, and this cell's own hosts when they had none. */
  readonly triedCells: readonly string[];
  /** The child that it would be in; it takes room there from those that still search. */
  readonly settledIn: string | null;
  /** The same of a host of this cell. */
  readonly settledOn: string | null;
}

/** What this cell decides about one that has no place yet: a host of its own, a child to ask, or neither. */
export interface Proposal {
  readonly instanceUuid: string;
  readonly host: string | null;
  readonly child: string | null;
  /** What was chosen before and had no room after all. */
  readonly passedOver: readonly string[];
  readonly decisions: readonly Decision[];
}

/**
 * What placing servers would come to. The scheduler that places, over the rows that it would place on, in a transaction that is taken
 * back: so it decides as it would, whatever it goes by, and nothing is reserved.
 */
export class Rehearsal {
  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly scheduler: Scheduler,
  ) {}

  /** In the order given, each after those before it have taken their room. */
  async propose(servers: readonly Rehearsing[]): Promise<Proposal[]> {
    const proposals: Proposal[] = [];
    const uuids = servers.map(({ spec }) => spec.instanceUuid);
    const groups = [...new Set(servers.flatMap(({ spec }) => spec.group?.uuid ?? []))];
    try {
      await this.store.transact({ newInstances: uuids, groups, placement: true }, ({ work: tx }) => {
        // A transaction may run again after a conflict with another process.
        proposals.length = 0;
        for (const server of servers) this.enter(tx, server);
        for (const server of servers) if (server.settledIn === null && server.settledOn === null) proposals.push(this.place(tx, server));
        throw new TakenBack();
      });
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
    }
    return proposals;
  }

  private enter(tx: UnitOfWork, { spec, triedCells, settledIn, settledOn }: Rehearsing): void {
    const row = orderedInstance(spec.instanceUuid, 0, tx.now, spec.group?.uuid ?? null);
    const placed: InstanceRow = { ...row, nextHop: settledIn, placement: { ...row.placement, triedCells } };
    tx.instances.put(placed);
    tx.requestSpecs.put({ uuid: spec.instanceUuid, spec });
    if (settledOn !== null) this.claim(tx, spec, settledOn);
    if (settledIn === null) return;
    const room = reservedRoomOf(wantedOf(spec));
    const expiresAt = tx.now + this.cell.timings.build * 1000;
    tx.reservations.put({ ...room, instanceUuid: row.uuid, child: settledIn, epoch: 1, countedFrom: null, expiresAt });
  }

  private place(tx: UnitOfWork, { spec, triedCells }: Rehearsing): Proposal {
    const uuid = spec.instanceUuid;
    const tried = triedCells.length;
    const host = this.placeHere(tx, spec);
    const row = instanceOf(tx, uuid);
    const last = tx.decisions.all().at(-1)?.decision;
    // What is missing is told host by host.
    if (host === null && row.nextHop === null && last?.among === 'cells' && lackingRoomAlone(last).includes(OWN_HOSTS))
      this.claim(tx, spec);
    const decisions = tx.decisions.all().flatMap(({ instanceUuid, decision }) => (instanceUuid === uuid ? [decision] : []));
    return { instanceUuid: uuid, host, child: row.nextHop, passedOver: row.placement.triedCells.slice(tried), decisions };
  }

  /** As `Builds` does: hosts that were chosen and have no room after all are chosen no more. */
  private placeHere(tx: UnitOfWork, spec: BuildSpec): string | null {
    while (this.scheduler.choose(tx, spec.instanceUuid, spec)) {
      const host = this.claim(tx, spec);
      if (host !== null) return host;
      const row = instanceOf(tx, spec.instanceUuid);
      tx.instances.put({ ...row, placement: withTriedCell(row.placement, OWN_HOSTS, []) });
    }
    return null;
  }

  private claim(tx: UnitOfWork, spec: BuildSpec, settledOn: string | null = null): string | null {
    const row = instanceOf(tx, spec.instanceUuid);
    const wish = askedAmongHosts(this.cell.path, spec);
    const settled = settledOn !== null && { among: (name: string) => name === settledOn };
    const { host } = this.scheduler.claimHost(tx, row, spec, { ...wish, ...settled });
    if (!host) return null;
    tx.instances.put({ ...row, host: host.host, node: host.node, claim: shapeOf(spec.flavor) });
    return host.host;
  }
}

class TakenBack extends Error {
  constructor() {
    super('the rehearsal is over');
    this.name = 'TakenBack';
  }
}
