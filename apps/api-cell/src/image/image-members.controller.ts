import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { EmbeddedImages, type ImageMember, MEMBER_STATUSES } from '#images';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { glanceTime } from './image.view.js';

/** The projects that an image is shared with. */
@Controller('v2/images/:id/members')
export class ImageMembersController {
  constructor(private readonly images: EmbeddedImages) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    return { members: (await this.images.sharing.list(ctx, id)).map(memberView), schema: '/v2/schemas/members' };
  }

  @Get(':memberId')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('memberId') memberId: string) {
    return memberView(await this.images.sharing.member(ctx, id, memberId));
  }

  @Post()
  @HttpCode(200)
  async add(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    return memberView(await this.images.sharing.add(ctx, id, parse(NewMember, body).member));
  }

  @Put(':memberId')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('memberId') memberId: string, @Body() body: unknown) {
    return memberView(await this.images.sharing.setStatus(ctx, id, memberId, parse(MemberChange, body).status));
  }

  @Delete(':memberId')
  @HttpCode(204)
  async remove(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('memberId') memberId: string) {
    await this.images.sharing.remove(ctx, id, memberId);
  }
}

const NewMember = z.looseObject({ member: z.string().min(1).max(64) });
const MemberChange = z.looseObject({ status: z.enum(MEMBER_STATUSES) });

const memberView = (member: ImageMember) => ({
  image_id: member.imageId,
  member_id: member.memberId,
  status: member.status,
  created_at: glanceTime(member.createdAt),
  updated_at: glanceTime(member.updatedAt),
  schema: '/v2/schemas/member',
});
