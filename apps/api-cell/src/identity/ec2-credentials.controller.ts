import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CloudError } from '#domain';
import { EmbeddedIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { CreateEc2Body, Ec2TokenBody } from './credentials.schemas.js';
import { ec2View } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorize, authorizeForCredential, refuseRestricted } from './identity-policy.js';
import { tokenView } from './token.view.js';

/** Access keys for the EC2 API, and the check of what was signed with them. */
@Controller('v3')
export class Ec2CredentialsController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Get('users/:userId/credentials/OS-EC2')
  async list(@Ctx() ctx: ApiContext, @Param('userId') userId: string) {
    authorizeForCredential(ctx, 'ec2_list_credentials', userId);
    const credentials = await this.identity.credentials.listEc2(userId);
    const links = this.links.collection(`users/${userId}/credentials/OS-EC2`);
    return { credentials: credentials.map(credential => ec2View(credential, this.links)), links };
  }

  @Post('users/:userId/credentials/OS-EC2')
  async create(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Body() body: unknown) {
    authorizeForCredential(ctx, 'ec2_create_credential', userId);
    refuseRestricted(ctx);
    const projectId = parse(CreateEc2Body, body);
    await this.identity.users.get(userId);
    await this.identity.projects.get(projectId);
    return { credential: ec2View(await this.identity.credentials.createEc2(userId, projectId), this.links) };
  }

  @Get('users/:userId/credentials/OS-EC2/:access')
  async show(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Param('access') access: string) {
    authorizeForCredential(ctx, 'ec2_get_credential', userId);
    return { credential: ec2View(await this.own(userId, access), this.links) };
  }

  @Delete('users/:userId/credentials/OS-EC2/:access')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('userId') userId: string, @Param('access') access: string) {
    authorizeForCredential(ctx, 'ec2_delete_credential', userId);
    await this.own(userId, access);
    await this.identity.credentials.deleteEc2(access);
  }

  /** What an EC2 service asks: whose signature is this? It gets a token of the key's owner, so it must be a service or an administrator. */
  @Post('ec2tokens')
  @HttpCode(200)
  async token(@Ctx() ctx: ApiContext, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    authorize(ctx, 'ec2tokens_validate');
    const { access, request } = parse(Ec2TokenBody, body);
    const { token, identity } = await this.identity.ec2.authenticate(access, request);
    reply.headers({ 'x-subject-token': token, vary: 'X-Auth-Token' });
    return tokenView(identity, await this.identity.catalog.forProject(identity.project?.id));
  }

  private async own(userId: string, access: string) {
    const credential = await this.identity.credentials.getEc2(access);
    if (credential.userId !== userId) throw new CloudError('notFound', `Could not find credential: ${access}.`);
    return credential;
  }
}
