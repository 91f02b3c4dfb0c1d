import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { type Catalog, type CatalogEndpoint, type CatalogService, filled } from './catalog.js';
import { EndpointRow, RegionRow, ServiceRow } from './catalog-entities.js';
import { conflictOnDuplicate } from './database-errors.js';
import { withWholeExtra } from './extra.js';
import { newId } from './ids.js';

export interface EndpointFilter {
  readonly serviceId?: string | undefined;
  readonly interface?: string | undefined;
  readonly regionId?: string | undefined;
}

/**
 * The service catalog: what this cloud itself offers, which the configuration gives and nobody changes at run time, and beside it what
 * administrators have registered.
 */
export class StoredCatalog {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly configured: Catalog,
  ) {}

  /** As it stands in a token: what is disabled is left out. */
  async forProject(projectId: string | undefined): Promise<CatalogService[]> {
    const [services, endpoints] = await Promise.all([this.services(), this.endpoints()]);
    return services
      .filter(service => service.enabled)
      .map(({ id, type, name }) => ({
        id,
        type,
        name,
        endpoints: endpoints
          .filter(endpoint => endpoint.enabled && endpoint.serviceId === id)
          .flatMap(endpoint => inToken(endpoint, projectId)),
      }));
  }

  async services(filter: { type?: string | undefined; name?: string | undefined } = {}): Promise<ServiceRow[]> {
    const configured = this.configured.services.map(({ id, type, name }) => ({
      id,
      type,
      name,
      description: '',
      enabled: true,
      extra: null,
    }));
    const all = [...configured, ...(await this.database.getRepository(ServiceRow).find({ order: { type: 'ASC', id: 'ASC' } }))];
    return all.filter(({ type, name }) => (filter.type ?? type) === type && (filter.name ?? name) === name);
  }

  /** @throws CloudError `notFound` */
  async service(id: string): Promise<ServiceRow> {
    const service = (await this.services()).find(candidate => candidate.id === id);
    if (!service) throw new CloudError('notFound', `Could not find service: ${id}.`);
    return service;
  }

  async createService(given: Omit<ServiceRow, 'id'>): Promise<ServiceRow> {
    const row = { id: newId(this.random), ...given };
    await this.database.getRepository(ServiceRow).insert(row);
    return row;
  }

  async updateService(id: string, changes: Partial<Omit<ServiceRow, 'id'>>): Promise<ServiceRow> {
    const before = await this.service(id);
    this.requireStored('service', id);
    const columns = withWholeExtra(before, changes);
    if (Object.keys(columns).length > 0) await this.database.getRepository(ServiceRow).update({ id }, columns);
    return { ...before, ...columns };
  }

  /** With its endpoints. */
  async deleteService(id: string): Promise<void> {
    await this.service(id);
    this.requireStored('service', id);
    await this.database.transaction(async tx => {
      await tx.delete(EndpointRow, { serviceId: id });
      await tx.delete(ServiceRow, { id });
    });
  }

  async endpoints(filter: EndpointFilter = {}): Promise<EndpointRow[]> {
    const configured = this.configured.services.flatMap(service => service.endpoints.map(endpoint => rowOf(endpoint, service.id)));
    const all = [...configured, ...(await this.database.getRepository(EndpointRow).find({ order: { id: 'ASC' } }))];
    return all.filter(
      endpoint =>
        (filter.serviceId ?? endpoint.serviceId) === endpoint.serviceId &&
        (filter.interface ?? endpoint.interface) === endpoint.interface &&
        (filter.regionId ?? endpoint.regionId) === endpoint.regionId,
    );
  }

  /** @throws CloudError `notFound` */
  async endpoint(id: string): Promise<EndpointRow> {
    const endpoint = (await this.endpoints()).find(candidate => candidate.id === id);
    if (!endpoint) throw new CloudError('notFound', `Could not find endpoint: ${id}.`);
    return endpoint;
  }

  /** A region that is not there yet is made, as Keystone does. @throws CloudError `invalid` when there is no such service */
  async createEndpoint(given: Omit<EndpointRow, 'id'>): Promise<EndpointRow> {
    await this.requireService(given.serviceId);
    await this.requireRegion(given.regionId);
    const row = { id: newId(this.random), ...given };
    await this.database.getRepository(EndpointRow).insert(row);
    return row;
  }

  async updateEndpoint(id: string, changes: Partial<Omit<EndpointRow, 'id'>>): Promise<EndpointRow> {
    const before = await this.endpoint(id);
    this.requireStored('endpoint', id);
    if (changes.serviceId !== undefined) await this.requireService(changes.serviceId);
    if (changes.regionId !== undefined) await this.requireRegion(changes.regionId);
    const columns = withWholeExtra(before, changes);
    if (Object.keys(columns).length > 0) await this.database.getRepository(EndpointRow).update({ id }, columns);
    return { ...before, ...columns };
  }

  async deleteEndpoint(id: string): Promise<void> {
    await this.endpoint(id);
    this.requireStored('endpoint', id);
    await this.database.getRepository(EndpointRow).delete({ id });
  }

  async regions(filter: { parentRegionId?: string | undefined } = {}): Promise<RegionRow[]> {
    const own = { id: this.configured.region, description: '', parentRegionId: null, extra: null };
    const all = [own, ...(await this.database.getRepository(RegionRow).find({ order: { id: 'ASC' } }))];
    return all.filter(region => (filter.parentRegionId ?? region.parentRegionId) === region.parentRegionId);
  }

  /** @throws CloudError `notFound` */
  async region(id: string): Promise<RegionRow> {
    const region = (await this.regions()).find(candidate => candidate.id === id);
    if (!region) throw new CloudError('notFound', `Could not find region: ${id}.`);
    return region;
  }

  /** @throws CloudError `conflict`; `notFound` when there is no such parent */
  async createRegion(given: Omit<RegionRow, 'id'> & { readonly id?: string | undefined }): Promise<RegionRow> {
    const row = { ...given, id: given.id ?? newId(this.random) };
    if (row.parentRegionId !== null) await this.region(row.parentRegionId);
    const duplicate = `Conflict occurred attempting to store region - Duplicate ID, ${row.id}.`;
    if (row.id === this.configured.region) throw new CloudError('conflict', duplicate);
    await conflictOnDuplicate(duplicate, this.database.getRepository(RegionRow).insert(row));
    return row;
  }

  async updateRegion(id: string, changes: Partial<Omit<RegionRow, 'id'>>): Promise<RegionRow> {
    const before = await this.region(id);
    this.requireStored('region', id);
    if (typeof changes.parentRegionId === 'string') await this.region(changes.parentRegionId);
    const columns = withWholeExtra(before, changes);
    if (Object.keys(columns).length > 0) await this.database.getRepository(RegionRow).update({ id }, columns);
    return { ...before, ...columns };
  }

  /** @throws CloudError `forbidden` while endpoints are in it, or regions below it */
  async deleteRegion(id: string): Promise<void> {
    await this.region(id);
    this.requireStored('region', id);
    const [endpoints, below] = await Promise.all([this.endpoints({ regionId: id }), this.regions({ parentRegionId: id })]);
    if (endpoints.length > 0 || below.length > 0)
      throw new CloudError('forbidden', `Unable to delete region ${id} because it or its child regions have associated endpoints.`);
    await this.database.getRepository(RegionRow).delete({ id });
  }

  private async requireService(id: string): Promise<void> {
    if (!(await this.services()).some(service => service.id === id))
      throw new CloudError('invalid', `Invalid input for field 'endpoint.service_id': could not find service: ${id}.`);
  }

  private async requireRegion(id: string | null): Promise<void> {
    if (id === null || id === this.configured.region) return;
    await this.database.query("INSERT INTO identity_regions (id, description) VALUES (?, '') ON DUPLICATE KEY UPDATE id = id", [id]);
  }

  /** What this cloud itself offers is told by its configuration, at every start again. */
  private requireStored(what: string, id: string): void {
    const { services, region } = this.configured;
    const configured =
      id === region || services.some(service => service.id === id || service.endpoints.some(endpoint => endpoint.id === id));
    if (configured)
      throw new CloudError('forbidden', `The ${what} ${id} is this cloud's own: change it in the configuration of the api cell.`);
  }
}

const rowOf = (endpoint: CatalogEndpoint, serviceId: string): EndpointRow => ({
  id: endpoint.id,
  serviceId,
  regionId: endpoint.region_id,
  interface: endpoint.interface,
  url: endpoint.url,
  enabled: true,
  extra: null,
});

const inToken = ({ id, interface: kind, regionId, url }: EndpointRow, projectId: string | undefined): CatalogEndpoint[] =>
  filled({ id, interface: kind, region: regionId, region_id: regionId, url }, projectId);
