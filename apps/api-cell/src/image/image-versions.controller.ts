import { Controller, Get, HttpCode } from '@nestjs/common';
import { PublicUrl } from '../http/index.js';

const NEWEST_MINOR = 15;
/** Minors of Glance whose calls are not offered here: multiple stores (2.8), caching (2.14). */
const SUPPORTED_MINORS = [13, 12, 11, 10, 9, 7, 6, 5, 4, 3, 2, 1, 0];

/** Discovery; needs no token. */
@Controller()
export class ImageVersionsController {
  constructor(private readonly publicUrl: PublicUrl) {}

  @Get(['', 'v2'])
  @HttpCode(300)
  choices() {
    return this.versions();
  }

  @Get('versions')
  versions() {
    const links = [{ rel: 'self', href: `${this.publicUrl.text}/v2/` }];
    const supported = SUPPORTED_MINORS.map(minor => ({ id: `v2.${minor}`, status: 'SUPPORTED', links }));
    return { versions: [{ id: `v2.${NEWEST_MINOR}`, status: 'CURRENT', links }, ...supported] };
  }
}
