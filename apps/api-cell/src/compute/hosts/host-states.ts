import { type Clock, CloudError } from '#domain';
import type { Sql } from '../api/index.js';
import type { HostZones } from '../globals/host-zones.js';
import { isUnheard } from './unheard.js';

/** What servers tell of the host they are on. The same object as long as nothing of it changes. */
export interface HostState {
  readonly zone: string;
  readonly enabled: boolean;
  /** It reports to its cell, its cell to the top, and nobody has forced it down. */
  readonly up: boolean;
}

/** Where hosts are and whether they are up, at most a second old. */
export class HostStates {
  private states = new Map<string, HostState>();
  /** When those that are not heard of were last: ms since 1970, by `cell path@host`. Mostly empty. */
  private lastHeard = new Map<string, number>();
  private freshUntil = 0;
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly zones: HostZones,
    private readonly clock: Clock,
  ) {}

  async fresh(): Promise<void> {
    if (this.clock.now() < this.freshUntil) return;
    await this.renewed();
  }

  /** Not a moment old, for what refuses a request. */
  async renewed(): Promise<void> {
    this.refreshing ??= this.refresh().finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
  }

  /** Call `fresh` first. Undefined for a server that is on no host, or on one that was never reported. */
  of(cellPath: string | null, host: string | null): HostState | undefined {
    return cellPath === null || host === null ? undefined : this.states.get(`${cellPath}@${host}`);
  }

  /**
   * How old the oldest state among servers is that are on hosts which nobody hears of, in seconds; undefined when all are heard of, and
   * what is shown of them is as it is. Call `fresh` first.
   */
  ageOf(servers: Iterable<{ readonly cellPath: string | null; readonly host: string | null }>): number | undefined {
    if (this.lastHeard.size === 0) return undefined;
    let oldest: number | undefined;
    for (const { cellPath, host } of servers) {
      const heard = this.lastHeard.get(`${cellPath}@${host}`);
      if (heard !== undefined && heard < (oldest ?? Number.POSITIVE_INFINITY)) oldest = heard;
    }
    return oldest && Math.max(0, Math.round((this.clock.now() - oldest) / 1000));
  }

  /** The cells that have a host of this name. Call `fresh` first. */
  cellsOf(host: string): string[] {
    return [...this.states.keys()].filter(key => key.endsWith(`@${host}`)).map(key => key.slice(0, key.indexOf('@')));
  }

  /** The zones that have at least one enabled host. Call `fresh` first. */
  hasZone(zone: string): boolean {
    for (const state of this.states.values()) if (state.enabled && state.zone === zone) return true;
    return false;
  }

  /** @throws CloudError `invalid` in Nova's words for a zone without an enabled host. */
  async requireZone(zone: string): Promise<void> {
    await this.fresh();
    if (!this.hasZone(zone)) await this.renewed();
    if (!this.hasZone(zone)) throw new CloudError('invalid', 'The requested availability zone is not available');
  }

  /** @throws CloudError `invalid` for a host that there is not, or that is in another cell than the server. */
  async requireInCell(cellPath: string | null, host: string): Promise<void> {
    await this.renewed();
    if (this.of(cellPath, host)) return;
    const [elsewhere] = this.cellsOf(host);
    throw new CloudError(
      'invalid',
      elsewhere === undefined
        ? `Compute host ${host} could not be found.`
        : `Compute host ${host} is in cell ${elsewhere}, the server is in ${cellPath}: servers are moved inside their cell only.`,
    );
  }

  private async refresh(): Promise<void> {
    const zones = await this.zones.read();
    const rows = await this.sql.rows(
      'SELECT cell_path, host, zone, enabled, up, forced_down, told_at, last_seen_at FROM host_mirrors WHERE gone = 0',
    );
    const now = this.clock.now();
    const states = new Map<string, HostState>();
    const lastHeard = new Map<string, number>();
    for (const [cellPath, host, zone, enabled, up, forcedDown, toldAt, lastSeenAt] of rows) {
      const key = `${cellPath}@${host}`;
      const unheard = isUnheard(toldAt, now);
      if (unheard || up !== 1) lastHeard.set(key, Number(up === 1 ? toldAt : lastSeenAt));
      const state = {
        zone: zones.groupingOf(String(host)).zone ?? String(zone),
        enabled: enabled === 1,
        up: up === 1 && forcedDown !== 1 && !unheard,
      };
      const before = this.states.get(key);
      states.set(key, before && before.zone === state.zone && before.enabled === state.enabled && before.up === state.up ? before : state);
    }
    this.states = states;
    this.lastHeard = lastHeard;
    this.freshUntil = this.clock.now() + 1000;
  }
}
