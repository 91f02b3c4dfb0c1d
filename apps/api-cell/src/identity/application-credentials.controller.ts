import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CloudError } from '#domain';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateApplicationCredentialBody } from './credentials.schemas.js';
import { applicationCredentialView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorizeForUser, refuseRestricted } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

@Controller('v3/users/:userId')
export class ApplicationCredentialsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get('application_credentials')
  async list(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Query() query: unknown) {
    authorizeForUser(ctx, 'list_application_credentials', userId);
    const { name } = parse(ListQuery, query, 'query');
    const [rows, roles] = await Promise.all([this.identity.applicationCredentials.list(userId, { name }), this.identity.roles.list()]);
    const links = this.links.collection(`users/${userId}/application_credentials`);
    return { application_credentials: rows.map(row => applicationCredentialView(row, roles, this.links)), links };
  }

  @Get('application_credentials/:id')
  async show(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Param('id') id: string) {
    authorizeForUser(ctx, 'get_application_credential', userId);
    const row = await this.identity.applicationCredentials.get(userId, id);
    return { application_credential: applicationCredentialView(row, await this.identity.roles.list(), this.links) };
  }

  /** For the project of the token, with roles of the token: all of them, when none are named. The secret is told here and never again. */
  @Post('application_credentials')
  async create(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Body() body: unknown) {
    authorizeForUser(ctx, 'create_application_credential', userId);
    refuseRestricted(ctx);
    const { roles: wanted, ...given } = parse(CreateApplicationCredentialBody, body);
    const { project, roles: had } = ctx.identity;
    if (!project) throw new CloudError('invalid', 'An application credential is made with a token that is scoped to a project.');
    const roleIds = (wanted ?? had).map(ref => {
      const role = had.find(own => ('id' in ref ? own.id === ref.id : own.name === ref.name));
      if (!role)
        throw new CloudError(
          'invalid',
          `Invalid application credential: Could not find role assignment with role: ${'id' in ref ? ref.id : ref.name}.`,
        );
      return role.id;
    });
    const { row, secret } = await this.identity.applicationCredentials.create({ ...given, userId, projectId: project.id, roleIds });
    return { application_credential: { ...applicationCredentialView(row, await this.identity.roles.list(), this.links), secret } };
  }

  @Delete('application_credentials/:id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Param('id') id: string) {
    authorizeForUser(ctx, 'delete_application_credential', userId);
    refuseRestricted(ctx);
    await this.identity.applicationCredentials.delete(userId, id);
  }
}
