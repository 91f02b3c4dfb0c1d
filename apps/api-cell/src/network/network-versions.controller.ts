import { Controller, Get } from '@nestjs/common';
import { PublicUrl } from '../http/index.js';
import { COLLECTIONS } from './collections.js';

/** Discovery; the list of versions needs no token. */
@Controller()
export class NetworkVersionsController {
  constructor(private readonly publicUrl: PublicUrl) {}

  @Get()
  versions() {
    return { versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: `${this.publicUrl.text}/v2.0/` }] }] };
  }

  @Get('v2.0')
  resources() {
    const linkTo = (path: string) => [{ rel: 'self', href: `${this.publicUrl.text}/v2.0/${path}` }];
    return { resources: COLLECTIONS.map(({ name, collection, path }) => ({ name, collection, links: linkTo(path) })) };
  }
}
