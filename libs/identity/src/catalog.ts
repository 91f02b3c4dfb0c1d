import { stableId } from './ids.js';

export type EndpointInterface = 'public' | 'internal' | 'admin';

/** One service as the operator configures it. A url may hold `%(project_id)s`. */
export interface CatalogEntry {
  readonly type: string;
  readonly name: string;
  readonly urls: Readonly<Record<EndpointInterface, string>>;
}

export interface CatalogService {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

export interface CatalogEndpoint {
  readonly id: string;
  readonly interface: string;
  readonly region: string | null;
  readonly region_id: string | null;
  readonly url: string;
}

const INTERFACES: readonly EndpointInterface[] = ['public', 'internal', 'admin'];
const PROJECT_ID = /[%$]\((project|tenant)_id\)s/g;

/** The services of this cloud itself: configured, not stored, with ids that are the same in every process and after every restart. */
export class Catalog {
  readonly services: readonly CatalogService[];

  constructor(
    readonly region: string,
    entries: readonly CatalogEntry[],
  ) {
    this.services = entries.map(entry => serviceOf(entry, region));
  }
}

const serviceOf = ({ type, name, urls }: CatalogEntry, region: string): CatalogService => ({
  id: stableId('service', type, name),
  type,
  name,
  endpoints: INTERFACES.map(kind => ({
    id: stableId('endpoint', type, region, kind),
    interface: kind,
    region,
    region_id: region,
    url: urls[kind],
  })),
});

/** As it stands in a token: none when it needs a project and there is none. */
export const filled = (endpoint: CatalogEndpoint, projectId: string | undefined): CatalogEndpoint[] => {
  const url = endpoint.url.replace(PROJECT_ID, projectId ?? '');
  return projectId === undefined && url !== endpoint.url ? [] : [{ ...endpoint, url }];
};
