import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Extra } from './extra.js';

const ID = { type: 'varchar', length: 64 } as const;
const NAME = { type: 'varchar', length: 255 } as const;

@Entity('identity_services')
export class ServiceRow {
  @PrimaryColumn(ID) id: string;
  @Column(NAME) type: string;
  @Column(NAME) name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ type: 'boolean' }) enabled: boolean;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_endpoints')
@Index('identity_endpoints_service', ['serviceId'])
export class EndpointRow {
  @PrimaryColumn(ID) id: string;
  @Column({ ...ID, name: 'service_id' }) serviceId: string;
  @Column({ ...NAME, name: 'region_id', nullable: true }) regionId: string | null;
  @Column({ type: 'varchar', length: 8 }) interface: string;
  @Column({ type: 'text' }) url: string;
  @Column({ type: 'boolean' }) enabled: boolean;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

@Entity('identity_regions')
export class RegionRow {
  @PrimaryColumn(NAME) id: string;
  @Column({ type: 'text' }) description: string;
  @Column({ ...NAME, name: 'parent_region_id', nullable: true }) parentRegionId: string | null;
  @Column({ type: 'json', nullable: true }) extra: Extra | null;
}

export const catalogEntities = [ServiceRow, EndpointRow, RegionRow];
