import { Controller, Get, Head, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EmbeddedImages, type ImageData } from '#images';
import { type ApiContext, Ctx, contextOf, parse } from '../http/index.js';
import { byteRange } from './byte-range.js';
import { receive } from './receive.js';

/** The data of images, streamed both ways. */
@Controller('v2/images/:id/file')
export class ImageFilesController {
  constructor(private readonly images: EmbeddedImages) {}

  @Put()
  @HttpCode(204)
  async upload(
    @Ctx() ctx: ApiContext,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await receive(request, reply, (data, announcedBytes) => this.images.upload(ctx, id, data, announcedBytes));
  }

  /** With a token, or with the signature of a grant. HEAD is declared, and first, because the one that Fastify makes has no length. */
  @Head()
  head(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.download(id, query, request, reply);
  }

  @Get()
  async download(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const data = request.ctx
      ? await this.images.openData(contextOf(request), id)
      : await this.images.openGrantedData(id, parse(Grant, query, 'query'));
    if (!data) return reply.status(204).send();
    return sendData(data, request, reply);
  }
}

const Grant = z.looseObject({ expires: z.string(), signature: z.string() });

const sendData = async ({ image, file }: ImageData, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const size = image.sizeBytes ?? 0;
  const range = byteRange(request.headers.range, size);
  reply.headers({
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...(image.checksum !== null && { 'content-md5': image.checksum }),
  });
  if (range === 'unsatisfiable' || request.method === 'HEAD' || size === 0) {
    await file.close();
    if (range === 'unsatisfiable') return reply.status(416).header('content-range', `bytes */${size}`).send();
    return reply.header('content-length', size).send();
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (range) reply.status(206).header('content-range', `bytes ${first}-${last}/${size}`);
  reply.header('content-length', last - first + 1);
  return reply.send(file.createReadStream({ start: first, end: last, highWaterMark: READ_BYTES }));
};

const READ_BYTES = 256 * 1024;
