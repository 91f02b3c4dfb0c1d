import { Controller, Get, HttpCode } from '@nestjs/common';
import { IdentityLinks } from './identity-links.js';

/** Discovery; needs no token. */
@Controller()
export class VersionsController {
  constructor(private readonly links: IdentityLinks) {}

  @Get()
  @HttpCode(300)
  all() {
    return { versions: { values: [this.version()] } };
  }

  @Get('v3')
  current() {
    return { version: this.version() };
  }

  private version() {
    return {
      id: 'v3.14',
      status: 'stable',
      updated: '2020-04-07T00:00:00Z',
      links: [{ rel: 'self', href: `${this.links.v3}/` }],
      'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
    };
  }
}
