import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateCredentialBody, UpdateCredentialBody } from './credentials.schemas.js';
import { credentialView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize, authorizeForCredential } from './identity-policy.js';
import { ListQuery } from './queries.schemas.js';

/** Secrets of any kind; EC2 keys among them, which ec2-credentials.controller.ts shows by their access key. */
@Controller('v3/credentials')
export class CredentialsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  /** Those that the caller may see. */
  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    authorize(ctx, 'list_credentials');
    const { userId, type } = parse(ListQuery, query, 'query');
    const all = await this.identity.credentials.list({ userId, type });
    const visible = all.filter(row => ctx.policy.allows('identity:get_credential', ctx, { 'target.credential.user_id': row.userId }));
    return { credentials: visible.map(row => credentialView(row, this.links)), links: this.links.collection('credentials') };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const row = await this.identity.credentials.get(id);
    authorizeForCredential(ctx, 'get_credential', row.userId);
    return { credential: credentialView(row, this.links) };
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown) {
    const { userId = ctx.userId, ...fields } = parse(CreateCredentialBody, body);
    authorizeForCredential(ctx, 'create_credential', userId);
    return { credential: credentialView(await this.identity.credentials.create({ userId, ...fields }), this.links) };
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    const { userId } = await this.identity.credentials.get(id);
    authorizeForCredential(ctx, 'update_credential', userId);
    return { credential: credentialView(await this.identity.credentials.update(id, parse(UpdateCredentialBody, body)), this.links) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    const { userId } = await this.identity.credentials.get(id);
    authorizeForCredential(ctx, 'delete_credential', userId);
    await this.identity.credentials.delete(id);
  }
}
