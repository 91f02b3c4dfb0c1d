import { until } from '#testing';
import type { Endpoints } from '../../../tools/stack/stack.js';

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly 'OS-EXT-STS:task_state': string | null;
  readonly 'OS-EXT-SRV-ATTR:host': string | null;
}

/** How long a killed API may take to come back. */
const PATIENCE_MS = 60_000;

/** A user with patience: asks again while the API is being killed, and looks before asking for something twice. */
export class ApiClient {
  private token = '';

  constructor(
    private readonly endpoints: Endpoints,
    private readonly password: string,
  ) {}

  /** Creates the server unless there is one of that name: an answer that was lost in a crash must not make a second. */
  async create(name: string, imageRef: string, flavorRef = '6'): Promise<void> {
    await until(
      async () => {
        if ((await this.list(`name=${encodeURIComponent(`^${name}$`)}`)).length > 0) return true;
        const response = await this.call('POST', '/servers', { server: { name, imageRef, flavorRef, networks: 'none' } });
        if (response.status !== 202) throw new Error(`create ${name}: ${response.status} ${await response.text()}`);
        return true;
      },
      { timeoutMs: PATIENCE_MS, everyMs: 200, what: `the creation of ${name}` },
    );
  }

  async delete(id: string): Promise<void> {
    await until(async () => [204, 404].includes((await this.call('DELETE', `/servers/${id}`)).status), {
      timeoutMs: PATIENCE_MS,
      everyMs: 200,
      what: `the deletion of ${id}`,
    });
  }

  async list(query = ''): Promise<Server[]> {
    const response = await this.call('GET', `/servers/detail?limit=1000&${query}`);
    if (!response.ok) throw new Error(`list: ${response.status}`);
    return ((await response.json()) as { servers: Server[] }).servers;
  }

  async projectId(): Promise<string> {
    const { token } = (await (await this.authenticate()).json()) as { token: { project: { id: string } } };
    return token.project.id;
  }

  async liftQuota(): Promise<void> {
    const body = { quota_set: { instances: -1, cores: -1, ram: -1 } };
    const response = await this.call('PUT', `/os-quota-sets/${await this.projectId()}`, body);
    if (!response.ok) throw new Error(`quota: ${response.status} ${await response.text()}`);
  }

  /** An image of some KiB. @returns its id */
  async image(name: string): Promise<string> {
    const headers = { 'x-auth-token': await this.login() };
    const made = await fetch(`${this.endpoints.image}/v2/images`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ name, disk_format: 'raw', container_format: 'bare' }),
    });
    const { id } = (await made.json()) as { id: string };
    const put = await fetch(`${this.endpoints.image}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(65_536),
    });
    if (put.status !== 204) throw new Error(`image upload: ${put.status}`);
    return id;
  }

  /** One request, with a token. @throws Error when there is no answer in 20 s */
  async call(method: string, path: string, body?: unknown, version = '2.90'): Promise<Response> {
    const headers = {
      'x-auth-token': this.token || (await this.login()),
      'content-type': 'application/json',
      'openstack-api-version': `compute ${version}`,
    };
    const init = { method, headers, signal: AbortSignal.timeout(20_000), ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(this.endpoints.compute + path, init);
    if (response.status === 401) this.token = '';
    return response;
  }

  private async login(): Promise<string> {
    const response = await this.authenticate();
    const token = response.headers.get('x-subject-token');
    if (!token) throw new Error(`login: ${response.status}`);
    this.token = token;
    return token;
  }

  private authenticate(): Promise<Response> {
    const domain = { name: 'Default' };
    const auth = {
      identity: { methods: ['password'], password: { user: { name: 'admin', domain, password: this.password } } },
      scope: { project: { name: 'admin', domain } },
    };
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify({ auth }), signal: AbortSignal.timeout(20_000) };
    return fetch(`${this.endpoints.identity}/auth/tokens`, init);
  }
}
