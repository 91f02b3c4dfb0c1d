import type { ApiVersion, View } from '#microversion';
import type { PolicedContext } from '../../http/index.js';
import type { Links } from '../api/index.js';
import type { HostStates } from '../hosts/host-states.js';
import { RenderedServers } from './rendered-servers.js';
import { type ServerViewContext, serverDetail, serverShow } from './server.view.js';
import type { ServerRecord, ServerRow } from './server-row.js';
import { sightOf } from './server-sight.js';
import type { ServerKey, ServersRepository } from './servers.repository.js';

export interface Viewer {
  readonly ctx: PolicedContext;
  readonly at: ApiVersion;
  readonly links: Links;
}

/** About 20,000 servers. */
const CACHE_BYTES = 32 * 1024 * 1024;
/** A row may hold 64 KB of user data: a list reads them in portions. */
const ROWS_PER_READ = 500;

const kinds = { show: serverShow, detail: serverDetail } as const satisfies Record<string, View<ServerRecord, ServerViewContext>>;

/** Turns servers into the JSON of an answer, reading and rendering only those that changed since they were last asked for. */
export class ServerRenderer {
  private readonly rendered = new RenderedServers(CACHE_BYTES);

  constructor(
    private readonly servers: ServersRepository,
    private readonly hosts: HostStates,
  ) {}

  /** In the order of the keys; a server that vanished since is left out. */
  async render(keys: readonly ServerKey[], kind: keyof typeof kinds, viewer: Viewer): Promise<Uint8Array[]> {
    await this.hosts.fresh();
    const { audiences, admin } = sightOf(viewer.ctx);
    const variant = `${kind}${viewer.at.minor}${admin ? 'a' : ''}${audiences.join()} ${viewer.links.key}`;
    const found = keys.map(key => this.rendered.get(variant, key.uuid, key.touched, this.hosts.of(key.cellPath, key.host)));
    const missing = keys.filter((_, index) => found[index] === undefined).map(key => key.uuid);
    if (missing.length === 0) return found.filter(bytes => bytes !== undefined);

    const fresh = new Map<string, Uint8Array>();
    const compiled = kinds[kind].at(viewer.at, ...audiences);
    const userData = audiences.includes('admin') && viewer.at.within('2.3');
    for (let start = 0; start < missing.length; start += ROWS_PER_READ) {
      for (const row of await this.servers.rows(missing.slice(start, start + ROWS_PER_READ), { userData })) {
        const record = this.recordOf(row);
        const bytes = ownBytes(compiled.json(record, { links: viewer.links, admin }));
        fresh.set(row.uuid, bytes);
        this.rendered.put(variant, row.uuid, { touched: row.touched, hostState: record.hostState, bytes });
      }
    }
    return keys.map((key, index) => found[index] ?? fresh.get(key.uuid)).filter(bytes => bytes !== undefined);
  }

  /** Call after `HostStates.fresh`. */
  recordOf(row: ServerRow): ServerRecord {
    return { ...row, hostState: this.hosts.of(row.cellPath, row.host) };
  }
}

/** Not a slice of Node's pool: what is kept would keep the whole slab. */
const ownBytes = (text: string): Uint8Array => {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
};
