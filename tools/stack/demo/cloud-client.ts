import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { CloudError, messageOf } from '#domain';
import type { Endpoints } from '../stack.js';

const REQUEST_SECONDS = 30;
/** The newest microversion that this client is written for. */
const COMPUTE_MICROVERSION = '2.79';

const Image = z.object({ id: z.string(), name: z.string().nullable(), status: z.string() });
const Server = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  'OS-EXT-STS:vm_state': z.string().optional(),
  'OS-EXT-STS:task_state': z.string().nullish(),
  'OS-EXT-SRV-ATTR:host': z.string().nullish(),
  fault: z.object({ message: z.string() }).optional(),
});
export type DemoServer = z.infer<typeof Server>;

/** As much of a client of the cloud's APIs as a demonstration needs: keystone's, glance's and nova's, over plain HTTP. */
export class CloudClient {
  private token = '';

  constructor(
    private readonly endpoints: Endpoints,
    private readonly password: string,
  ) {}

  async login(): Promise<void> {
    const domain = { id: 'default' };
    const auth = {
      identity: { methods: ['password'], password: { user: { name: 'admin', domain, password: this.password } } },
      scope: { project: { name: 'admin', domain } },
    };
    const response = await this.send('POST', `${this.endpoints.identity}/auth/tokens`, { json: { auth } });
    this.token = response.headers.get('x-subject-token') ?? '';
  }

  /** Logs in unless it has done so. */
  async loggedIn(): Promise<this> {
    if (!this.token) await this.login();
    return this;
  }

  /** The hosts whose compute service the cloud knows and counts as up. */
  async hostsUp(): Promise<string[]> {
    const Services = z.object({ services: z.array(z.object({ host: z.string(), state: z.string(), binary: z.string() })) });
    const { services } = await this.get(`${this.endpoints.compute}/os-services?binary=nova-compute`, Services);
    return services.filter(service => service.state === 'up').map(service => service.host);
  }

  /** How many hosts the top counts on when it places: those of the last reports of the cells that take servers. */
  async hostsWithRoom(): Promise<number> {
    const Capacities = z.object({ cell: z.object({ hosts_up: z.number() }) });
    return (await this.get(`${this.endpoints.compute}/os-cells/capacities`, Capacities)).cell.hosts_up;
  }

  async findImage(name: string): Promise<{ id: string } | undefined> {
    const found = await this.get(
      `${this.endpoints.image}/v2/images?name=${encodeURIComponent(name)}`,
      z.object({ images: z.array(Image) }),
    );
    return found.images.find(image => image.status === 'active');
  }

  /** Creates the image and sends the file, as `openstack image create` does. */
  async uploadImage(name: string, file: string, properties: Record<string, string>): Promise<string> {
    const fields = { name, disk_format: 'qcow2', container_format: 'bare', visibility: 'public', ...properties };
    const response = await this.send('POST', `${this.endpoints.image}/v2/images`, { json: fields });
    const { id } = Image.parse(await response.json());
    await this.send('PUT', `${this.endpoints.image}/v2/images/${id}/file`, { file });
    return id;
  }

  async ensureFlavor(flavor: {
    readonly name: string;
    readonly ram: number;
    readonly vcpus: number;
    readonly disk: number;
  }): Promise<string> {
    const Flavors = z.object({ flavors: z.array(z.object({ id: z.string(), name: z.string() })) });
    const { flavors } = await this.get(`${this.endpoints.compute}/flavors`, Flavors);
    const known = flavors.find(one => one.name === flavor.name);
    if (known) return known.id;
    const response = await this.send('POST', `${this.endpoints.compute}/flavors`, { json: { flavor } });
    return z.object({ flavor: z.object({ id: z.string() }) }).parse(await response.json()).flavor.id;
  }

  async findServer(name: string): Promise<DemoServer | undefined> {
    const { servers } = await this.get(
      `${this.endpoints.compute}/servers/detail?name=${encodeURIComponent(`^${name}$`)}`,
      z.object({ servers: z.array(Server) }),
    );
    return servers[0];
  }

  /** @returns the server's id, and the id of the request, by which all cells' logs tell what they did for it. */
  async createServer(server: Record<string, unknown>): Promise<{ id: string; requestId: string; status: number }> {
    const response = await this.send('POST', `${this.endpoints.compute}/servers`, { json: { server } });
    const { id } = z.object({ server: z.object({ id: z.string() }) }).parse(await response.json()).server;
    return { id, requestId: response.headers.get('x-openstack-request-id') ?? '', status: response.status };
  }

  async server(id: string): Promise<DemoServer> {
    return (await this.get(`${this.endpoints.compute}/servers/${id}`, z.object({ server: Server }))).server;
  }

  async deleteServer(id: string): Promise<void> {
    await this.send('DELETE', `${this.endpoints.compute}/servers/${id}`, {});
  }

  async consoleOutput(id: string, lines: number): Promise<string> {
    const response = await this.send('POST', `${this.endpoints.compute}/servers/${id}/action`, {
      json: { 'os-getConsoleOutput': { length: lines } },
    });
    return z.object({ output: z.string() }).parse(await response.json()).output;
  }

  private async get<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.send('GET', url, {})).json());
  }

  private async send(method: string, url: string, content: { readonly json?: unknown; readonly file?: string }): Promise<Response> {
    const headers: Record<string, string> = {
      'OpenStack-API-Version': `compute ${COMPUTE_MICROVERSION}`,
      ...(this.token ? { 'X-Auth-Token': this.token } : {}),
      ...(content.json ? { 'Content-Type': 'application/json' } : {}),
      ...(content.file ? { 'Content-Type': 'application/octet-stream', 'Content-Length': String(statSync(content.file).size) } : {}),
    };
    const body = content.file ? Readable.toWeb(createReadStream(content.file)) : content.json ? JSON.stringify(content.json) : undefined;
    const response = await fetch(url, { method, headers, body, duplex: 'half', signal: AbortSignal.timeout(REQUEST_SECONDS * 1000) }).catch(
      (error: unknown) => {
        throw new CloudError('unavailable', `${method} ${url}: ${messageOf(error)}`, { cause: error });
      },
    );
    if (!response.ok)
      throw new CloudError('unavailable', `${method} ${url} answered ${response.status}: ${(await response.text()).slice(0, 400)}`);
    return response;
  }
}
