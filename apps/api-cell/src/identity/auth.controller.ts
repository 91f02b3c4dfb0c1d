import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CloudError } from '#domain';
import { EmbeddedIdentity, type TokenIdentity } from '#identity';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { LoginBody } from './auth.schema.js';
import { domainView, projectView } from './identity.views.js';
import { IdentityLinks } from './identity-links.js';
import { authorizeForUser } from './identity-policy.js';
import { isScoped, tokenView } from './token.view.js';

/** Tokens, and what their holder may reach. */
@Controller('v3/auth')
export class AuthController {
  constructor(
    private readonly identity: EmbeddedIdentity,
    private readonly links: IdentityLinks,
  ) {}

  @Post('tokens')
  @HttpCode(201)
  async issue(@Body() body: unknown, @Query() query: object, @Res({ passthrough: true }) reply: FastifyReply) {
    const { token, identity } = await this.identity.login.login(parse(LoginBody, body));
    reply.headers({ 'x-subject-token': token, vary: 'X-Auth-Token' });
    return this.view(identity, query);
  }

  /** HEAD is answered by it too. */
  @Get('tokens')
  async validate(
    @Ctx() ctx: ApiContext,
    @Headers('x-subject-token') subject: string | undefined,
    @Query() query: object,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const identity = await this.subject(subject);
    authorizeForUser(ctx, 'validate_token', identity.user.id);
    reply.headers({ 'x-subject-token': subject, vary: 'X-Auth-Token' });
    return this.view(identity, query);
  }

  @Delete('tokens')
  @HttpCode(204)
  async revoke(@Ctx() ctx: ApiContext, @Headers('x-subject-token') subject: string | undefined) {
    const identity = await this.subject(subject);
    authorizeForUser(ctx, 'revoke_token', identity.user.id);
    await this.identity.tokens.revoke(subject ?? '');
  }

  @Get('catalog')
  async catalog(@Ctx() ctx: ApiContext) {
    if (!isScoped(ctx.identity))
      throw new CloudError('forbidden', 'A catalog needs a token that is scoped to a project, a domain or the system.');
    return { catalog: await this.identity.catalog.forProject(ctx.identity.project?.id), links: this.links.collection('auth/catalog') };
  }

  @Get('projects')
  async projects(@Ctx() ctx: ApiContext) {
    const projects = await this.identity.projects.list({ userId: ctx.userId, enabled: true });
    return { projects: projects.map(project => projectView(project, this.links)), links: this.links.collection('auth/projects') };
  }

  @Get('domains')
  async domains(@Ctx() ctx: ApiContext) {
    const domains = await this.identity.domains.ofUser(ctx.userId);
    return { domains: domains.map(domain => domainView(domain, this.links)), links: this.links.collection('auth/domains') };
  }

  @Get('system')
  async system(@Ctx() ctx: ApiContext) {
    const mine = await this.identity.assignmentList.list({ userId: ctx.userId, system: true, effective: true });
    return { system: mine.length > 0 ? [{ all: true }] : [], links: this.links.self('auth', 'system') };
  }

  /** `?nocatalog`, with or without a value, leaves the catalog out. */
  private async view(identity: TokenIdentity, query: object) {
    return tokenView(identity, 'nocatalog' in query ? undefined : await this.identity.catalog.forProject(identity.project?.id));
  }

  /** The token that the request is about. One that is not valid is not found: 401 would speak of the caller's own. */
  private async subject(token: string | undefined): Promise<TokenIdentity> {
    if (!token) throw new CloudError('invalid', 'The header X-Subject-Token is missing.');
    try {
      return await this.identity.authenticateToken(token);
    } catch (error) {
      if (error instanceof CloudError && error.kind === 'unauthenticated')
        throw new CloudError('notFound', 'Could not find token.', { cause: error });
      throw error;
    }
  }
}
