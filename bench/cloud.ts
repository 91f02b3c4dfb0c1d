import { z } from 'zod';
import { CloudError, messageOf } from '#domain';
import type { Endpoints } from '../tools/stack/stack.js';

const REQUEST_SECONDS = 30;
export const MICROVERSION = '2.90';
const PAGE = 1000;

const Page = z.object({ servers: z.array(z.object({ id: z.string() })), servers_links: z.array(z.object({ rel: z.string() })).optional() });

/** The few calls that prepare a measurement and look at its progress; the load itself comes from the generator. */
export class Cloud {
  private constructor(
    private readonly endpoints: Endpoints,
    readonly token: string,
    readonly projectId: string,
  ) {}

  static async login(endpoints: Endpoints, password: string): Promise<Cloud> {
    const domain = { id: 'default' };
    const auth = {
      identity: { methods: ['password'], password: { user: { name: 'admin', domain, password } } },
      scope: { project: { name: 'admin', domain } },
    };
    const response = await send('POST', `${endpoints.identity}/auth/tokens`, { body: JSON.stringify({ auth }), type: 'application/json' });
    const { token } = z.object({ token: z.object({ project: z.object({ id: z.string() }) }) }).parse(await response.json());
    return new Cloud(endpoints, response.headers.get('x-subject-token') ?? '', token.project.id);
  }

  /** Nothing that a user may have limits the measurement. */
  async liftQuota(): Promise<void> {
    const quota_set = { instances: -1, cores: -1, ram: -1 };
    await this.call('PUT', `${this.endpoints.compute}/os-quota-sets/${this.projectId}`, {
      body: JSON.stringify({ quota_set }),
      type: 'application/json',
    });
  }

  /** @returns the id of a small image, which nobody boots */
  async uploadImage(): Promise<string> {
    const fields = { name: 'bench', disk_format: 'raw', container_format: 'bare', visibility: 'public' };
    const response = await this.call('POST', `${this.endpoints.image}/v2/images`, {
      body: JSON.stringify(fields),
      type: 'application/json',
    });
    const { id } = z.object({ id: z.string() }).parse(await response.json());
    await this.call('PUT', `${this.endpoints.image}/v2/images/${id}/file`, {
      body: Buffer.alloc(65_536),
      type: 'application/octet-stream',
    });
    return id;
  }

  /** Whether a server is in that status. Asks for one only, so that looking costs next to nothing. */
  async hasServers(status?: string): Promise<boolean> {
    return (await this.page(`limit=1${status ? `&status=${status}` : ''}`)).servers.length > 0;
  }

  /** @returns the ids of all servers, or of those in that status */
  async serverIds(status?: string): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const { servers } = await this.page(
        `limit=${PAGE}${status ? `&status=${status}` : ''}${ids.length > 0 ? `&marker=${ids.at(-1)}` : ''}`,
      );
      ids.push(...servers.map(server => server.id));
      if (servers.length < PAGE) return ids;
    }
  }

  private async page(query: string): Promise<z.infer<typeof Page>> {
    return Page.parse(await (await this.call('GET', `${this.endpoints.compute}/servers?${query}`)).json());
  }

  private call(method: string, url: string, content?: Content): Promise<Response> {
    return send(method, url, content, { 'X-Auth-Token': this.token, 'OpenStack-API-Version': `compute ${MICROVERSION}` });
  }
}

interface Content {
  readonly body: string | Buffer;
  readonly type: string;
}

const send = async (method: string, url: string, content?: Content, headers: Record<string, string> = {}): Promise<Response> => {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(content ? { 'Content-Type': content.type } : {}) },
    ...(content ? { body: content.body } : {}),
    signal: AbortSignal.timeout(REQUEST_SECONDS * 1000),
  }).catch((error: unknown) => {
    throw new CloudError('unavailable', `${method} ${url}: ${messageOf(error)}`, { cause: error });
  });
  if (!response.ok)
    throw new CloudError('unavailable', `${method} ${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response;
};
