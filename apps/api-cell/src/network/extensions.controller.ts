import { Controller, Get, Param, Query } from '@nestjs/common';
import { CloudError } from '#domain';
import { matching } from './matching.js';

const extension = (alias: string, name: string, description: string) => ({
  alias,
  name,
  description,
  updated: '2026-11-23T00:00:00-00:00',
  links: [],
});

/** What of Neutron's API is here beyond its core; clients look before they ask. */
const EXTENSIONS = [
  extension('security-group', 'security-group', 'Security groups, as records that no network enforces yet.'),
  extension('router', 'Neutron L3 Router', 'Floating addresses, taken from pools.'),
  extension('external-net', 'Neutron external network', 'The pools of floating addresses, as networks.'),
  extension('quotas', 'Quota management support', 'The limits of a project.'),
];

@Controller('v2.0/extensions')
export class ExtensionsController {
  @Get()
  list(@Query() query: unknown) {
    return { extensions: matching(EXTENSIONS, query) };
  }

  @Get(':alias')
  show(@Param('alias') alias: string) {
    const found = EXTENSIONS.find(one => one.alias === alias);
    if (!found) throw new CloudError('notFound', `Extension with alias ${alias} does not exist`);
    return { extension: found };
  }
}
