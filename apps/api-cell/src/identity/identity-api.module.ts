import { type DynamicModule, Module } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { AccessRulesController } from './access-rules.controller.js';
import { ApplicationCredentialsController } from './application-credentials.controller.js';
import { AuthController } from './auth.controller.js';
import { CatalogController } from './catalog.controller.js';
import { CredentialsController } from './credentials.controller.js';
import { DomainsController } from './domains.controller.js';
import { Ec2CredentialsController } from './ec2-credentials.controller.js';
import { GrantsController } from './grants.controller.js';
import { GroupsController } from './groups.controller.js';
import { IdentityLinks } from './identity-links.js';
import { ProjectsController } from './projects.controller.js';
import { RolesController } from './roles.controller.js';
import { UsersController } from './users.controller.js';
import { VersionsController } from './versions.controller.js';

export interface IdentityApiOptions {
  readonly identity: EmbeddedIdentity;
  /** As clients reach it: `http://cloud.example:5000`. */
  readonly publicUrl: string;
}

/** Keystone's v3 API over the embedded Identity. */
@Module({})
export class IdentityApiModule {
  static forRoot({ identity, publicUrl }: IdentityApiOptions): DynamicModule {
    return {
      module: IdentityApiModule,
      controllers: [
        VersionsController,
        AuthController,
        ProjectsController,
        UsersController,
        GroupsController,
        DomainsController,
        ApplicationCredentialsController,
        AccessRulesController,
        CredentialsController,
        Ec2CredentialsController,
        RolesController,
        CatalogController,
        GrantsController,
      ],
      providers: [
        { provide: EmbeddedIdentity, useValue: identity },
        { provide: IdentityLinks, useValue: new IdentityLinks(publicUrl) },
      ],
    };
  }
}
