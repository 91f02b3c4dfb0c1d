import { Controller, Delete, Get, Head, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EmbeddedImages, type ImageData } from '#images';
import { contextOf, parse } from '../http/index.js';
import { byteRange } from './byte-range.js';
import { receive } from './receive.js';

/** The data of images, streamed both ways. */
@Controller('v2/images/:id/file')
export class ImageFilesController {
  constructor(private readonly images: EmbeddedImages) {}

  /** With a token, or with a signed link. */
  @Put()
  @HttpCode(204)
  async upload(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await receive(request, reply, (data, announcedBytes) =>
      request.ctx
        ? this.images.upload(contextOf(request), id, data, announcedBytes)
        : this.images.receiveLinkedData(id, parse(Link, query, 'query'), data, announcedBytes),
    );
  }

  /** With a signed link only: the image goes, with whatever data it has. */
  @Delete()
  @HttpCode(204)
  async discard(@Param('id') id: string, @Query() query: unknown) {
    await this.images.discardLinked(id, parse(Link, query, 'query'));
  }

  /** With a token, or with a signed link. HEAD is declared, and first, because the one that Fastify makes has no length. */
  @Head()
  head(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.download(id, query, request, reply);
  }

  @Get()
  async download(@Param('id') id: string, @Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const data = request.ctx
      ? await this.images.openData(contextOf(request), id)
      : await this.images.openLinkedData(id, parse(Link, query, 'query'));
    if (!data) return reply.status(204).send();
    return sendData(data, request, reply);
  }
}

const Link = z.looseObject({ expires: z.string(), signature: z.string(), keep: z.string().optional() });

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
