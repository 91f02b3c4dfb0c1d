import { aggregateInstanceExtraSpecsFilter } from './filters/aggregate-instance-extra-specs.filter.js';
import { aggregateMultiTenancyIsolationFilter } from './filters/aggregate-multi-tenancy-isolation.filter.js';
import { availabilityZoneFilter } from './filters/availability-zone.filter.js';
import { computeFilter } from './filters/compute.filter.js';
import { computeCapabilitiesFilter } from './filters/compute-capabilities.filter.js';
import { coreFilter } from './filters/core.filter.js';
import { differentHostFilter } from './filters/different-host.filter.js';
import { diskFilter } from './filters/disk.filter.js';
import { imagePropertiesFilter } from './filters/image-properties.filter.js';
import { ramFilter } from './filters/ram.filter.js';
import { retryFilter } from './filters/retry.filter.js';
import { sameHostFilter } from './filters/same-host.filter.js';
import { serverGroupAffinityFilter } from './filters/server-group-affinity.filter.js';
import { serverGroupAntiAffinityFilter } from './filters/server-group-anti-affinity.filter.js';
import { traitsFilter } from './filters/traits.filter.js';
import type { HostFilter } from './host-candidate.js';

/**
 * By Nova's names, so that an operator's configuration keeps working; asked in this order, the cheap and telling ones first.
 * RamFilter, CoreFilter and DiskFilter left Nova when placement came, which asks for traits, too: a cell that does its own accounting
 * needs them.
 */
export const hostFilters = {
  ComputeFilter: computeFilter,
  RetryFilter: retryFilter,
  AvailabilityZoneFilter: availabilityZoneFilter,
  AggregateMultiTenancyIsolation: aggregateMultiTenancyIsolationFilter,
  AggregateInstanceExtraSpecsFilter: aggregateInstanceExtraSpecsFilter,
  TraitsFilter: traitsFilter,
  ComputeCapabilitiesFilter: computeCapabilitiesFilter,
  ImagePropertiesFilter: imagePropertiesFilter,
  SameHostFilter: sameHostFilter,
  DifferentHostFilter: differentHostFilter,
  ServerGroupAffinityFilter: serverGroupAffinityFilter,
  ServerGroupAntiAffinityFilter: serverGroupAntiAffinityFilter,
  RamFilter: ramFilter,
  CoreFilter: coreFilter,
  DiskFilter: diskFilter,
} satisfies Record<string, HostFilter>;

/**
 * Asked whatever an operator leaves out: what placement and the alternates of a request do in Nova, where no list of filters turns it
 * off. A list that works there must not overfill hosts here.
 */
export const ALWAYS_ASKED_OF_HOSTS: readonly (keyof typeof hostFilters)[] = [
  'RetryFilter',
  'AvailabilityZoneFilter',
  'TraitsFilter',
  'RamFilter',
  'CoreFilter',
  'DiskFilter',
];

/**
 * Asked, whatever an operator chose, of a host that an administrator forces: what placement asks in Nova, where forcing passes by the
 * scheduler's filters alone. A disabled service, a zone and traits count there, too; that the host is heard of Canopy asks besides, for
 * nothing would come of the build.
 */
export const forcedHostFilters = {
  ComputeFilter: computeFilter,
  RetryFilter: retryFilter,
  AvailabilityZoneFilter: availabilityZoneFilter,
  TraitsFilter: traitsFilter,
  RamFilter: ramFilter,
  CoreFilter: coreFilter,
  DiskFilter: diskFilter,
} satisfies Record<string, HostFilter>;
