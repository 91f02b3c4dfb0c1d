import { CloudNo } from '../errors.js';
import { exchange, type HttpRequest } from './http.js';
import * as shapes from './shapes.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The admin side of a cell: of the API cell, or of one child cell alone. */
export class CellsApi {
  constructor(
    /** What `/os-cells` is below. */
    readonly base: string,
    private readonly token: string | undefined,
    /** Whether it is a child's own listener, which knows cells only: no flavors, no servers. */
    readonly local: boolean,
  ) {}

  tree = async () => shapes.read(shapes.Tree, await this.get('/os-cells/tree'), 'the tree').cell;
  neighbours = async () => shapes.read(shapes.Cells, await this.get('/os-cells/detail'), 'the list of cells').cells;
  info = async () => shapes.read(shapes.OneCell, await this.get('/os-cells/info'), 'the cell').cell;
  cell = async (name: string) => shapes.read(shapes.OneCell, await this.get(cellPath(name)), 'the cell').cell;
  change = async (name: string, cell: object) =>
    shapes.read(shapes.OneCell, await this.call({ method: 'PUT', path: cellPath(name), body: { cell } }), 'the cell').cell;
  create = async (cell: object) =>
    shapes.read(shapes.Created, await this.call({ method: 'POST', path: '/os-cells', body: { cell } }), 'the new cell');
  remove = async (name: string, { force }: { force: boolean }) =>
    shapes.read(
      shapes.Removed,
      await this.call({ method: 'DELETE', path: `${cellPath(name)}${force ? '?force=true' : ''}`, timeoutMs: 120_000 }),
      'the answer',
    );
  hosts = async (cell: string) => shapes.read(shapes.Hosts, await this.get(`${cellPath(cell)}/hosts`), 'the list of hosts').hosts;
  changeHost = async (cell: string, name: string, host: object) =>
    shapes.read(
      shapes.OneHost,
      await this.call({ method: 'PUT', path: `${cellPath(cell)}/hosts/${encodeURIComponent(name)}`, body: { host } }),
      'the host',
    ).host;
  capacities = async (name: string | undefined) =>
    shapes.read(shapes.Capacities, await this.get(`${name === undefined ? '/os-cells' : cellPath(name)}/capacities`), 'the capacity').cell;
  sync = (body: object) => this.call({ method: 'POST', path: '/os-cells/sync_instances', body, timeoutMs: 120_000 });
  /** Of a request that asked for many servers: a page of them. */
  explain = async (id: string, marker?: string) =>
    shapes.read(shapes.Explained, await this.get(`/os-cells/explain/${encodeURIComponent(id)}`, { marker }), 'the explanation').explain;
  explainDryRun = async (body: object) =>
    shapes.read(shapes.Explained, await this.call({ method: 'POST', path: '/os-cells/explain', body }), 'the explanation').explain;
  fit = async (query: Query) => shapes.read(shapes.Fit, await this.get('/os-cells/fit', query), 'the answer').fit;
  queues = async (query: Query) => shapes.read(shapes.Queues, await this.get('/os-cells/queues', query), 'the list of queues').queues;
  parked = async (query: Query) => shapes.read(shapes.Parked, await this.get('/os-cells/parked', query), 'the list of messages').parked;
  parkedOne = (id: string, query: Query) => this.get(`/os-cells/parked/${encodeURIComponent(id)}`, query);
  replay = (id: string, query: Query) =>
    this.call({ method: 'POST', path: `/os-cells/parked/${encodeURIComponent(id)}/replay${search(query)}`, body: {} });
  drop = (id: string, query: Query) => this.call({ method: 'DELETE', path: `/os-cells/parked/${encodeURIComponent(id)}${search(query)}` });

  /** By id, or else by name: `fit` and `explain` take what people type. */
  async flavor(nameOrId: string): Promise<string> {
    if (this.local) return nameOrId;
    try {
      return shapes.read(shapes.Flavor, await this.get(`/flavors/${encodeURIComponent(nameOrId)}`), 'the flavor').flavor.id;
    } catch (error) {
      if (!(error instanceof CloudNo) || error.status !== 404) throw error;
    }
    const { flavors } = shapes.read(shapes.Flavors, await this.get('/flavors', { is_public: 'None' }), 'the list of flavors');
    const found = flavors.find(flavor => flavor.name === nameOrId);
    if (!found) throw new CloudNo(`there is no flavor '${nameOrId}': openstack flavor list --all shows them`, 404);
    return found.id;
  }

  /** Anything else of the same endpoint. */
  get(path: string, query: Query = {}): Promise<unknown> {
    return this.call({ method: 'GET', path: `${path}${search(query)}` });
  }

  private async call({ path, ...request }: Omit<HttpRequest, 'url' | 'token'> & { path: string }): Promise<unknown> {
    const url = `${this.base}${path}`;
    return (await exchange({ ...request, url, ...(this.token === undefined ? {} : { token: this.token }) })).body;
  }
}

/** `west!a` stands escaped in a path. */
const cellPath = (name: string): string => `/os-cells/${encodeURIComponent(name).replaceAll('!', '%21')}`;

const search = (query: Query): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  return given.length ? `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}` : '';
};
