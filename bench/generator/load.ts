import type { Cloud } from '../cloud.js';
import { MICROVERSION } from '../cloud.js';
import { FLAVOR } from '../tree.js';
import type { Generator } from './generator.js';
import type { Job, JobResult } from './job.js';

export interface LoadTarget {
  readonly computePort: number;
  readonly cloud: Cloud;
  readonly imageId: string;
}

interface Amount {
  readonly concurrency: number;
  readonly seconds: number;
}

/** The requests that are measured, as jobs of the generator. */
export class Load {
  constructor(
    private readonly generator: Generator,
    private readonly target: LoadTarget,
  ) {}

  create(count: number, amount: Amount): Promise<JobResult> {
    const server = { name: 'bench-%N%', flavorRef: FLAVOR.id, imageRef: this.target.imageId, networks: 'none' };
    return this.run({ method: 'POST', paths: ['/v2.1/servers'], body: JSON.stringify({ server }), requests: count, ...amount });
  }

  show(ids: readonly string[], amount: Amount): Promise<JobResult> {
    return this.run({ method: 'GET', paths: ids.map(id => `/v2.1/servers/${id}`), ...amount });
  }

  list(limit: number, amount: Amount): Promise<JobResult> {
    return this.run({ method: 'GET', paths: [`/v2.1/servers/detail?limit=${limit}`], ...amount });
  }

  delete(ids: readonly string[], amount: Amount): Promise<JobResult> {
    return this.run({ method: 'DELETE', paths: ids.map(id => `/v2.1/servers/${id}`), requests: ids.length, ...amount });
  }

  private run(job: Omit<Job, 'port' | 'headers'>): Promise<JobResult> {
    const { computePort, cloud } = this.target;
    const headers = { 'X-Auth-Token': cloud.token, 'OpenStack-API-Version': `compute ${MICROVERSION}` };
    return this.generator.run({ port: computePort, headers, ...job });
  }
}
