import type { CapacityReport, Pool } from '#contracts';
import { shapeKey } from '#domain';
import { knowsShape, mostThatFits, poolFits } from '../capacity/pool-fits.js';
import { guestsReserved, landingIn, type Reservation, slotsReserved } from '../capacity/reservation.js';
import { computeCapabilitiesFilter } from '../filters/compute-capabilities.filter.js';
import { imagePropertiesFilter } from '../filters/image-properties.filter.js';
import { traitsFilter } from '../filters/traits.filter.js';
import type { Wanted } from '../request-spec.js';

export interface CellRoom {
  /** Pools of the zone, hypervisor and traits that are wanted. */
  readonly pools: number;
  /** Guests that fit by the report alone. */
  readonly reported: number;
  /** Guests that are reserved and may land in these pools. */
  readonly reserved: number;
  /** Guests that fit whatever the reservations take: a lower bound. */
  readonly fits: number;
  /** A pool does not know the flavor yet, and its sums leave room for one: more than `fits` may fit. */
  readonly perhaps: boolean;
}

/**
 * How many such guests a cell still takes for certain: what its report says fits, less the most that open reservations may use up.
 * Where the report does not know the flavor yet, a lower bound stands in for the count.
 */
export const fitsAfterReservations = (report: CapacityReport, reserved: readonly Reservation[], wanted: Wanted): number =>
  roomFor(report, reserved, wanted).fits;

export const roomFor = (report: CapacityReport, reserved: readonly Reservation[], wanted: Wanted): CellRoom => {
  const { pools, reported, most, known } = reportedRoom(report, wanted);
  const landing = landingIn(reserved, pools);
  const taken = slotsReserved(landing, wanted.shape);
  const fits = Math.max(0, reported - taken);
  return { pools: pools.length, reported, reserved: guestsReserved(landing), fits, perhaps: !known && most > taken };
};

/** What a report alone says of a request. */
interface ReportedRoom {
  readonly pools: readonly Pool[];
  readonly reported: number;
  readonly most: number;
  readonly known: boolean;
}

/*
 * Kept for as long as the report is: a root with a thousand children asks each of them twice for every server that it places, and most
 * servers are like one that it has placed since the report came. A report is never changed, only replaced.
 */
const rooms = new WeakMap<CapacityReport, Map<string, ReportedRoom>>();
const kinds = new WeakMap<Wanted, string>();

const reportedRoom = (report: CapacityReport, wanted: Wanted): ReportedRoom => {
  const kind = kindOf(wanted);
  let ofReport = rooms.get(report);
  if (!ofReport) {
    ofReport = new Map();
    rooms.set(report, ofReport);
  }
  let room = ofReport.get(kind);
  if (!room) {
    room = countRoom(report, wanted);
    ofReport.set(kind, room);
  }
  return room;
};

const kindOf = (wanted: Wanted): string => {
  let kind = kinds.get(wanted);
  if (kind === undefined) {
    const { shape, zone, extraSpecs, imageProperties } = wanted;
    kind = JSON.stringify([shapeKey(shape), zone, extraSpecs, imageProperties]);
    kinds.set(wanted, kind);
  }
  return kind;
};

const countRoom = (report: CapacityReport, wanted: Wanted): ReportedRoom => {
  const pools = report.pools.filter(pool => suits(pool, wanted));
  let reported = 0;
  let most = 0;
  let known = true;
  for (const pool of pools) {
    reported += poolFits(pool, wanted.shape);
    most += mostThatFits(pool, wanted.shape);
    known &&= knowsShape(pool, wanted.shape);
  }
  return { pools, reported, most, known };
};

/** Hosts of a pool are alike, so the filters that look at a host's kind judge the pool. Its CPUs are not told: that is left to the hosts. */
const suits = (pool: Pool, wanted: Wanted): boolean => {
  if (wanted.zone !== null && pool.zone !== wanted.zone) return false;
  const kind = { hypervisorType: pool.hypervisorType, traits: pool.traits, architecture: null };
  return [traitsFilter, computeCapabilitiesFilter, imagePropertiesFilter].every(filter => filter(kind, wanted) === true);
};
